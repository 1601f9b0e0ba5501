//! Flags an amount above a limit. Say here whom the rule watches for and why it works, then give it
//! the fields, the parameters and the condition it needs.

mod assay;
mod note;

use assay::{Batch, Binder, Config, Error, Host, Status, Verdict, Verdicts};
use std::ffi::{c_void, CStr};
use std::mem::size_of;
use std::os::raw::c_char;
use std::ptr;

struct MyRule {
    host: *const Host,
    limit: i64, // money
    score: f64,
    amount: u32, // number of its column
    above: u32,  // number of the reason
}

impl MyRule {
    fn judge(&self, amount: Option<i64>) -> Verdict {
        match amount {
            None => Verdict::inconclusive(),
            Some(amount) if amount <= self.limit => Verdict::no_hit(),
            Some(amount) => Verdict::hit(self.above, self.score, amount),
        }
    }

    unsafe fn bind(&mut self, binder: &Binder) -> Result<(), Status> {
        self.amount = binder.column("amount", assay::DECIMAL, assay::REQUIRED)?;
        let words = format!(
            "amount {{amount}} is more than {}.{:02}",
            self.limit / assay::MONEY,
            self.limit % assay::MONEY / 100
        );
        let evidence = [assay::Evidence {
            name: assay::Text::of("amount"),
            unit: assay::Text::of(""),
            kind: assay::DECIMAL,
            flags: 0,
        }];
        self.above = binder.declare("my_rule", &words, &evidence)?;
        Ok(())
    }
}

extern "C" fn describe() -> *const c_char {
    concat!(include_str!("../schema.json"), "\0")
        .as_ptr()
        .cast()
}

unsafe extern "C" fn create(
    host: *const Host,
    config: *const Config,
    _: *mut assay::Shared,
    _: *const assay::Instance,
    rule: *mut *mut MyRule,
    error: *mut Error,
) -> Status {
    let api = match assay::config_api(host) {
        Some(api) => api,
        None => return (*host).refuse(error, "the host offers no assay.config/1"),
    };
    *rule = Box::into_raw(Box::new(MyRule {
        host,
        limit: (api.decimal)(config, assay::Text::of("limit"), 1000 * assay::MONEY),
        score: (api.float64)(config, assay::Text::of("score"), 0.5),
        amount: 0,
        above: 0,
    }));
    assay::OK
}

unsafe extern "C" fn destroy(rule: *mut MyRule) {
    drop(Box::from_raw(rule));
}

unsafe extern "C" fn bind(rule: *mut MyRule, binder: *const Binder, _: *mut Error) -> Status {
    match (*rule).bind(&*binder) {
        Ok(()) => assay::OK,
        Err(refused) => refused,
    }
}

unsafe extern "C" fn evaluate(
    rule: *mut MyRule,
    batch: *const Batch,
    verdicts: *const Verdicts,
    error: *mut Error,
) -> Status {
    let (rule, batch) = (&*rule, &*batch);
    let status = assay::guarded(|| {
        for row in 0..batch.rows {
            *(*verdicts).rows.add(row as usize) = rule.judge(batch.int64(rule.amount, row));
        }
        assay::OK
    });
    if status != assay::OK {
        return (*rule.host).refuse(error, "the rule panicked");
    }
    status
}

static API: assay::RuleApi<MyRule> = assay::RuleApi {
    size: size_of::<assay::RuleApi<MyRule>>() as u32,
    flags: 0,
    state_version: 0,
    describe,
    create_shared: None,
    destroy_shared: None,
    create,
    destroy,
    bind,
    evaluate,
    tick: None,
    save: None,
    load: None,
};

unsafe extern "C" fn get_interface(id: *const c_char) -> *const c_void {
    if CStr::from_ptr(id).to_bytes() == b"assay.rule/1" {
        return (&API as *const assay::RuleApi<MyRule>).cast();
    }
    ptr::null()
}

// What the code says, and what plugin.json says besides: others read it before they load the plugin.
note::note!(
    r#"{"id": ""#,
    env!("CARGO_PKG_NAME"),
    r#"", "version": ""#,
    env!("CARGO_PKG_VERSION"),
    r#"", "interfaces": ["assay.rule/1"], "wants": ["assay.config/1"], "schema": "#,
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
    use super::*;

    fn rule() -> MyRule {
        MyRule {
            host: ptr::null(),
            limit: 200 * assay::MONEY,
            score: 0.5,
            amount: 0,
            above: 3,
        }
    }

    #[test]
    fn more_than_the_limit_hits() {
        let amount = 201 * assay::MONEY;
        assert_eq!(rule().judge(Some(amount)), Verdict::hit(3, 0.5, amount));
    }

    #[test]
    fn the_limit_itself_does_not_hit() {
        assert_eq!(rule().judge(Some(200 * assay::MONEY)), Verdict::no_hit());
    }

    #[test]
    fn nothing_is_said_about_a_payment_without_an_amount() {
        assert_eq!(rule().judge(None), Verdict::inconclusive());
    }
}
