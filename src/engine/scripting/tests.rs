//! What scripts leave in the log, and that no script can harm the server.

use crate::engine::execute::testing::Prompt;
use crate::resp::Reply;

fn eval(prompt: &mut Prompt, script: &str) -> Reply {
    prompt.call(&[b"EVAL", script.as_bytes(), b"0"])
}

fn error(prompt: &mut Prompt, script: &str) -> String {
    match eval(prompt, script) {
        Reply::Error(text) => String::from_utf8(text).unwrap(),
        other => panic!("{script}: {other:?}"),
    }
}

#[test]
fn the_log_holds_what_a_script_did_as_one_unit() {
    let mut prompt = Prompt::new();
    for (script, logged) in [
        ("redis.call('set','a',1)", "SELECT 0\nset a 1"),
        ("redis.call('set','a',1) redis.call('incr','a')", "MULTI\nset a 1\nincr a\nEXEC"),
        ("return redis.call('get','a')", ""),
        ("redis.call('set','a',5,'ex',10)", "SET a 5 PXAT 1700000010000"),
        ("redis.call('select',2) redis.call('set','b',1)", "SELECT 2\nset b 1"),
        ("redis.call('set','c',1) error('late')", "SELECT 0\nset c 1"),
        ("redis.call('sadd','s','x') redis.call('spop','s')", "MULTI\nsadd s x\nSREM s x\nEXEC"),
        ("redis.set_repl(redis.REPL_NONE) redis.call('set','d',1)", ""),
        (
            "redis.call('set','e',1) redis.call('select',1) redis.call('set','f',1)",
            "MULTI\nset e 1\nSELECT 1\nset f 1\nEXEC",
        ),
    ] {
        eval(&mut prompt, script);
        assert_eq!(prompt.log(), logged, "{script}");
    }
}

#[test]
fn a_script_in_a_transaction_is_part_of_its_unit() {
    let mut prompt = Prompt::new();
    prompt.line("MULTI");
    prompt.line("SET a 1");
    eval(&mut prompt, "redis.call('set','b',1) return redis.call('incr','b')");
    prompt.line("SET c 1");
    prompt.line("EXEC");
    let log = "MULTI\nSELECT 0\nSET a 1\nset b 1\nincr b\nSET c 1\nEXEC";
    assert_eq!(prompt.log(), log);
}

#[test]
fn a_script_that_never_ends_is_ended_and_cannot_help_it() {
    for script in [
        "while true do pcall(function() while true do end end) end",
        "local f = coroutine.wrap(function() while true do end end) while true do pcall(f) end",
        "while true do xpcall(function() while true do end end, function(e) return e end) end",
    ] {
        let mut prompt = Prompt::new();
        let text = error(&mut prompt, script);
        assert!(text.starts_with("ERR Script killed by user with SCRIPT KILL..."), "{text}");
        assert_eq!(eval(&mut prompt, "return 1"), Reply::Integer(1));
    }
}

#[test]
fn what_a_script_wants_too_much_of_is_an_error() {
    let mut prompt = Prompt::new();
    for script in [
        "local s = 'x' while true do s = s .. s end",
        "return string.rep('x', 1e9)",
        "local t, big = {}, ('x'):rep(1e5) for i = 1, 1e9 do t[i] = redis.call('echo', big .. i) end",
        "collectgarbage('stop') for i = 1, 1e9 do local t = ('x'):rep(1e5) .. i end",
    ] {
        let text = error(&mut prompt, script);
        assert!(text.ends_with("not enough memory"), "{script}: {text}");
        assert_eq!(eval(&mut prompt, "return 1"), Reply::Integer(1), "{script}");
    }
    for script in [
        "local function f() return f() + 1 end return f()",
        "local function f() local ok, e = pcall(f) error(e) end return f()",
        "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end \
         return t.x",
        "local function f() return coroutine.wrap(f)() end return f()",
        "return string.gsub('x', 'x', function() return loadstring('return ' .. ('('):rep(1e5)) \
         end)()",
        "return ('x'):rep(300000):find((('x?'):rep(300000)))",
        "local t = {} for i = 1, 9000 do t[i] = 'k' .. i end return redis.call('del', unpack(t))",
        "table.sort({3, 1, 2, 5, 4, 7, 6}, function(a, b) return error('no') end)",
        "error(setmetatable({}, {__tostring = function() error('no') end}))",
        "error({})",
        "error(cjson.null)",
    ] {
        error(&mut prompt, script);
        assert_eq!(eval(&mut prompt, "return 1"), Reply::Integer(1), "{script}");
    }
}

#[test]
fn nothing_of_a_script_is_left_for_the_next() {
    let mut prompt = Prompt::new();
    for script in [
        "x = 1",
        "rawset(_G, 'x', 1)",
        "getmetatable(_G).__index = {x = 1}",
        "string.rep = nil",
        "getmetatable('').__index = nil",
        "redis.call = nil",
        "loadstring('x = 1')()",
        "setmetatable(_G, nil)",
        "rawset(string, 'rep', 1)",
        "table.insert(table, 1)",
    ] {
        eval(&mut prompt, script);
        let probe = "return {type(string.rep), type(redis.call), ('x'):rep(2)}";
        let whole = ["function", "function", "xx"].map(|text| Reply::Bulk(text.into()));
        assert_eq!(eval(&mut prompt, probe), Reply::Array(whole.to_vec()), "{script}");
        let text = error(&mut prompt, "return x");
        assert!(text.contains("nonexistent global variable 'x'"), "{script}: {text}");
    }
}

#[test]
fn bytes_that_are_no_text_pass_unchanged() {
    let mut prompt = Prompt::new();
    let bytes: Vec<u8> = (0..=255).collect();
    let script = b"redis.call('set', KEYS[1], ARGV[1]) return redis.call('get', KEYS[1])";
    let reply = prompt.call(&[b"EVAL", script, b"1", &bytes, &bytes]);
    assert_eq!(reply, Reply::Bulk(bytes.clone()));
    let quoted = [b"return '\xff\xfe'".as_slice(), b""].concat();
    assert_eq!(prompt.call(&[b"EVAL", &quoted, b"0"]), Reply::Bulk(vec![0xff, 0xfe]));
    assert_eq!(
        prompt.call(&[b"EVAL", b"return \xff", b"0"]).as_error().map(<[u8]>::is_empty),
        Some(false)
    );
}
