//! Appends a line for each decision to a file: its id, what was decided, the amount. Say here who
//! reads it, then give it the fields, the settings and the peer it needs.

mod assay;
mod note;

use assay::{Binder, Config, Error, Host, RecordBatch, Status, Statuses};
use std::ffi::{c_void, CStr};
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::mem::size_of;
use std::os::raw::c_char;
use std::ptr;

struct MySink {
    host: *const Host,
    file: String,
    id: u32, // numbers of columns
    decision: u32,
    amount: u32,
}

fn line_of(id: Option<&str>, decision: Option<&str>, amount: Option<i64>) -> String {
    let mut line = format!("{} {}", id.unwrap_or("?"), decision.unwrap_or("?"));
    if let Some(amount) = amount {
        let sign = if amount < 0 { "-" } else { "" };
        let units = amount.unsigned_abs();
        let money = assay::MONEY as u64;
        let _ = write!(line, " {sign}{}.{:02}", units / money, units % money / 100);
    }
    line.push('\n');
    line
}

impl MySink {
    fn open(&self) -> std::io::Result<File> {
        OpenOptions::new()
            .append(true)
            .create(true)
            .open(&self.file)
    }

    unsafe fn append(&self, records: &RecordBatch) -> std::io::Result<()> {
        let mut lines = String::new();
        for row in 0..records.batch.rows {
            lines += &line_of(
                records.batch.text(self.id, row),
                records.batch.text(self.decision, row),
                records.batch.int64(self.amount, row),
            );
        }
        self.open()?.write_all(lines.as_bytes())
    }

    unsafe fn bind(&mut self, binder: &Binder) -> Result<(), Status> {
        self.id = binder.column("transaction_id", assay::TEXT, assay::REQUIRED)?;
        self.decision = binder.column("decision", assay::TEXT, assay::REQUIRED)?;
        self.amount = binder.column("amount", assay::DECIMAL, assay::OPTIONAL)?;
        Ok(())
    }
}

extern "C" fn describe() -> *const c_char {
    concat!(include_str!("../schema.json"), "\0")
        .as_ptr()
        .cast()
}

// Reads the settings and connects to nothing.
unsafe extern "C" fn create(
    host: *const Host,
    config: *const Config,
    sink: *mut *mut MySink,
    error: *mut Error,
) -> Status {
    let api = match assay::config_api(host) {
        Some(api) => api,
        None => return (*host).refuse(error, "the host offers no assay.config/1"),
    };
    let file = (api.path)(config, assay::Text::of("file"), assay::Text::of(""));
    *sink = Box::into_raw(Box::new(MySink {
        host,
        file: file.as_str().to_string(),
        id: 0,
        decision: 0,
        amount: 0,
    }));
    assay::OK
}

unsafe extern "C" fn destroy(sink: *mut MySink) {
    drop(Box::from_raw(sink));
}

unsafe extern "C" fn bind(
    sink: *mut MySink,
    kind: u32,
    binder: *const Binder,
    _: *mut Error,
) -> Status {
    if kind != assay::DECISION {
        return assay::NOT_WANTED;
    }
    match (*sink).bind(&*binder) {
        Ok(()) => assay::OK,
        Err(refused) => refused,
    }
}

// What fails is an outage: the host tries again, until the file can be written.
unsafe fn answering(
    sink: *mut MySink,
    statuses: *mut Statuses,
    error: *mut Error,
    body: impl FnOnce(&MySink) -> std::io::Result<()>,
) -> Status {
    let sink = &*sink;
    let status = assay::guarded(|| {
        if let Err(fault) = body(sink) {
            (*statuses).outage("file", &fault.to_string());
        }
        assay::OK
    });
    if status != assay::OK {
        return (*sink.host).refuse(error, "the sink panicked");
    }
    status
}

unsafe extern "C" fn write(
    sink: *mut MySink,
    records: *const RecordBatch,
    _timeout: i64,
    statuses: *mut Statuses,
    error: *mut Error,
) -> Status {
    answering(sink, statuses, error, |sink| sink.append(&*records))
}

// Reaches the file without writing to it.
unsafe extern "C" fn health(
    sink: *mut MySink,
    _timeout: i64,
    statuses: *mut Statuses,
    error: *mut Error,
) -> Status {
    answering(sink, statuses, error, |sink| sink.open().map(drop))
}

static API: assay::SinkApi<MySink> = assay::SinkApi {
    size: size_of::<assay::SinkApi<MySink>>() as u32,
    flags: 0,
    describe,
    create,
    destroy,
    bind,
    write,
    flush: None,
    health,
    interrupt: None,
};

unsafe extern "C" fn get_interface(id: *const c_char) -> *const c_void {
    if CStr::from_ptr(id).to_bytes() == b"assay.sink/1" {
        return (&API as *const assay::SinkApi<MySink>).cast();
    }
    ptr::null()
}

// What the code says, and what plugin.json says besides: others read it before they load the plugin.
note::note!(
    r#"{"id": ""#,
    env!("CARGO_PKG_NAME"),
    r#"", "version": ""#,
    env!("CARGO_PKG_VERSION"),
    r#"", "interfaces": ["assay.sink/1"], "wants": ["assay.config/1"], "schema": "#,
    include_str!("../schema.json"),
    "}"
);
note::note!(include_str!("../plugin.json"));

#[no_mangle]
#[allow(non_upper_case_globals)]
pub static assay_entry_v1: assay::Entry = assay::Entry {
    size: size_of::<assay::Entry>() as u32,
    minor: assay::ABI_MINOR,
    id: concat!(env!("CARGO_PKG_NAME"), "\0").as_ptr().cast(),
    init: assay::nothing_to_initialise,
    deinit: assay::nothing_to_give_back,
    get_interface,
    version: concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast(),
};

#[cfg(test)]
mod tests {
    use super::line_of;

    #[test]
    fn a_line_has_what_is_known() {
        assert_eq!(
            line_of(Some("t1"), Some("decline"), Some(4_000_000)),
            "t1 decline 400.00\n"
        );
        assert_eq!(line_of(Some("t2"), Some("approve"), None), "t2 approve\n");
        assert_eq!(line_of(None, None, Some(-5_000)), "? ? -0.50\n");
    }
}
