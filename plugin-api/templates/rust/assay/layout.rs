//! What `assay.rs` declares lies where the C headers put it: sizes and offsets of ABI 1.0. Where you
//! declare more of the ABI, write it here, too.

use super::*;
use std::mem::MaybeUninit;

macro_rules! holds {
    ($kind:ty, $name:literal, $size:literal, { $($field:ident $offset:literal),+ }) => {
        assert_eq!(size_of::<$kind>(), $size, "bytes of {}", $name);
        let place = MaybeUninit::<$kind>::uninit();
        let begin = place.as_ptr();
        $(
            // No reference is made: nothing is there.
            let at = unsafe { ptr::addr_of!((*begin).$field) } as usize - begin as usize;
            assert_eq!(at, $offset, "offset of {} in {}", stringify!($field), $name);
        )+
    };
}

#[test]
fn texts_and_settings() {
    holds!(Text, "assay_text", 16, { data 0, size 8 });
    holds!(Cell, "assay_cell", 8, { offset 0, size 4 });
    holds!(Host, "assay_host", 40,
        { size 0, minor 4, get_interface 8, fail 16, locate 24, advise 32 });
    holds!(ConfigApi, "assay_config_api", 88,
        { size 0, flags 4, has 8, int64 16, float64 24, flag 32, decimal 40, duration 48, text 56,
          count 64, key_at 72, path 80 });
}

#[test]
fn what_is_bound() {
    holds!(Evidence, "assay_evidence", 40, { name 0, unit 16, kind 32, flags 36 });
    holds!(Reason, "assay_reason", 72,
        { size 0, audience 4, code 8, words 24, customer_words 40, evidence 56, evidence_count 64,
          flags 68 });
    holds!(Binder, "assay_binder", 32, { size 0, flags 4, field 8, feature 16, reason 24 });
}

#[test]
fn batches_and_verdicts() {
    holds!(Column, "assay_column", 24, { cells 0, validity 8, stride 16, validity_stride 20 });
    holds!(Batch, "assay_batch", 56,
        { size 0, rows 4, column_count 8, flags 12, columns 16, arena 24, arena_size 32,
          block_size 40, sequence 48 });
    holds!(Verdict, "assay_verdict", 16, { answer 0, reason 2, score 4, evidence 8 });
    holds!(Verdicts, "assay_verdicts", 16, { size 0, count 4, rows 8 });
}

#[test]
fn records_and_what_became_of_them() {
    holds!(RecordBatch, "assay_record_batch", 136,
        { batch 0, kind 56, partition 60, topic 64, group 72, step 80, first_offset 88,
          next_offset 96, verdict_spans 104, verdicts 112, evidence 120, verdict_count 128,
          evidence_count 132 });
    holds!(SinkStatus, "assay_sink_status", 32,
        { outcome 0, scope 2, error_class 4, flags 6, retry_after 8, code 16, text 24 });
    holds!(Statuses, "assay_statuses", 32,
        { size 0, count 4, rows 8, buffer 16, capacity 24, used 28 });
}

#[test]
fn the_tables_of_a_plugin() {
    holds!(RuleApi<u8>, "assay_rule_api", 96,
        { size 0, flags 4, state_version 8, describe 16, create_shared 24, destroy_shared 32,
          create 40, destroy 48, bind 56, evaluate 64, tick 72, save 80, load 88 });
    holds!(SinkApi<u8>, "assay_sink_api", 72,
        { size 0, flags 4, describe 8, create 16, destroy 24, bind 32, write 40, flush 48,
          health 56, interrupt 64 });
    holds!(Entry, "assay_entry", 48,
        { size 0, minor 4, id 8, init 16, deinit 24, get_interface 32, version 40 });
}
