use proptest::prelude::*;

use super::*;
use crate::prompt::{Proposal, proposals};
use crate::text::apply;

/// Letters and digits without an order, the same for the same seed.
fn noise(seed: u64, len: usize, alphabet: &str) -> String {
    let letters: Vec<char> = alphabet.chars().collect();
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        letters[usize::try_from(state % letters.len() as u64).expect("small")]
    };
    std::iter::repeat_with(next).take(len).collect()
}

const WORD: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const HEX: &str = "0123456789abcdef";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const DIGIT: &str = "0123456789";

/// A token of each format, put together here so that none stands in this file; with what of it is secret.
fn samples(seed: u64) -> Vec<(String, String)> {
    let word = |len| noise(seed, len, WORD);
    let hex = |len| noise(seed, len, HEX);
    let upper = |len| noise(seed, len, UPPER);
    let digit = |len: usize| format!("7{}", noise(seed, len - 1, DIGIT));
    let whole = |parts: &[&str]| {
        let token = parts.concat();
        (token.clone(), token)
    };
    let within =
        |head: &str, secret: &str, tail: &str| (format!("{head}{secret}{tail}"), secret.to_owned());
    let dash = "-----";
    vec![
        whole(&["AK", "IA", &upper(16)]),
        whole(&["AS", "IA", &upper(16)]),
        within("aws_secret_access_key = ", &word(40), " "),
        whole(&["amzn.", "mws.", &hex(36)]),
        whole(&["AI", "za", &word(35)]),
        whole(&["GOC", "SPX-", &word(28)]),
        whole(&["ya", "29.", &word(60)]),
        whole(&["1/", "/0", &word(40)]),
        within(
            "DefaultEndpointsProtocol=https;AccountKey=",
            &word(86),
            "==;",
        ),
        within("Endpoint=sb://x/;SharedAccessKey=", &word(43), "="),
        within(
            "https://x.blob.core.windows.net/a?sv=1&sig=",
            &word(44),
            "&se=1",
        ),
        whole(&["abc8", "Q~", &word(33)]),
        whole(&[&word(76), "AZ", "DO", &word(4)]),
        whole(&["LT", "AI", &word(20)]),
        whole(&["dop_", "v1_", &hex(64)]),
        whole(&["HR", "KU-", &word(40)]),
        whole(&["nf", "p_", &word(36)]),
        whole(&[&word(14), ".atlas", "v1.", &word(64)]),
        whole(&["hv", "s.", &word(32)]),
        whole(&["dp.", "st.", &word(43)]),
        whole(&["dap", "i", &hex(32)]),
        whole(&["gh", "p_", &word(36)]),
        whole(&["gh", "o_", &word(36)]),
        whole(&["gh", "u_", &word(36)]),
        whole(&["gh", "s_", &word(36)]),
        whole(&["gh", "r_", &word(36)]),
        whole(&["github", "_pat_", &word(82)]),
        whole(&["gl", "pat-", &word(20)]),
        whole(&["AT", "BB", &word(32)]),
        whole(&["ATA", "TT3", &word(120)]),
        whole(&["np", "m_", &word(36)]),
        whole(&["py", "pi-", &word(80)]),
        whole(&["ruby", "gems_", &hex(48)]),
        whole(&["dckr", "_pat_", &word(27)]),
        whole(&["PM", "AK-", &hex(24), "-", &hex(34)]),
        whole(&["sk-", "ant-", "api03-", &word(60)]),
        whole(&["sk", "-", &word(48)]),
        whole(&["sk-", "proj-", &word(80)]),
        whole(&["h", "f_", &word(34)]),
        whole(&["gs", "k_", &word(52)]),
        whole(&["r8", "_", &word(37)]),
        whole(&["xo", "xb-", &digit(12), "-", &word(24)]),
        whole(&["xa", "pp-1-", &word(40)]),
        within(
            "https://hooks.slack.com/services/",
            &format!("T{}/B{}", upper(9), word(30)),
            "",
        ),
        whole(&["M", &word(25), ".", &word(6), ".", &word(30)]),
        within(
            "https://discord.com/api/webhooks/",
            &format!("{}/{}", digit(18), word(68)),
            "",
        ),
        whole(&[&digit(10), ":A", "A", &word(33)]),
        whole(&["S", "K", &hex(32)]),
        whole(&["S", "G.", &word(22), ".", &word(43)]),
        whole(&["key", "-", &hex(32)]),
        whole(&[&hex(32), "-us", "12"]),
        whole(&["sk", "_live_", &word(24)]),
        whole(&["rk", "_test_", &word(24)]),
        whole(&["wh", "sec_", &word(32)]),
        whole(&["sq0", "atp-", &word(22)]),
        whole(&["shp", "at_", &hex(32)]),
        whole(&["secret", "_", &word(43)]),
        whole(&["nt", "n_", &word(46)]),
        whole(&["lin", "_api_", &word(40)]),
        whole(&["sntr", "ys_", &word(60)]),
        within("https://", &hex(32), "@o1.ingest.sentry.io/1"),
        whole(&["gl", "sa_", &word(32), "_", &hex(8)]),
        whole(&["NR", "AK-", &upper(27)]),
        whole(&["fig", "d_", &word(40)]),
        whole(&["pat", &word(14), ".", &hex(64)]),
        whole(&["AGE-SECRET", "-KEY-1", &upper(58)]),
        whole(&["ey", "J", &word(20), ".ey", "J", &word(40), ".", &word(43)]),
        within(
            &format!("{dash}BEGIN RSA PRIVATE {}{dash}\n", "KEY"),
            &word(64),
            &format!("\n{dash}END RSA PRIVATE KEY{dash}"),
        ),
        within(
            &format!("{dash}BEGIN OPENSSH PRIVATE {}{dash}\n", "KEY"),
            &word(64),
            &format!("\n{dash}END OPENSSH PRIVATE KEY{dash}"),
        ),
        within("postgres://bob:", &word(12), "@db.example.com/x"),
        within("redis://:", &word(12), "@cache:6379"),
        within("https://bob:", &word(12), "@example.com/"),
        within("Server=db;User Id=sa;Password=", &word(12), ";Encrypt=yes"),
        within("Authorization: Bearer ", &word(32), ""),
        within("Authorization: Basic ", &word(24), "=="),
    ]
}

/// What is shown of the whole of `text`.
fn shown(text: &str) -> String {
    Redaction::new(text, &Secrets::default()).hide(text)
}

#[test]
fn every_format_is_hidden_wherever_it_stands() {
    let none = Secrets::default();
    for seed in 1..20 {
        let samples = samples(seed);
        assert!(samples.len() >= 70);
        for (token, secret) in samples {
            for place in [
                format!("x = \"{token}\"\n"),
                format!("call('''\n{token}\n''')\n"),
                format!("# {token}\n"),
                format!("f(a, '{token}'"),
                format!("x = f\"{{a}} {token}\n"),
            ] {
                let mut redaction = Redaction::new(&place, &none);
                let hidden = redaction.hide(&place);
                assert!(!hidden.contains(&secret), "{place}\n{hidden}");
                assert!(!redaction.counts([hidden.as_str()]).is_empty());
            }
        }
    }
}

#[test]
fn what_secret_names_are_given_is_hidden() {
    for code in [
        "password = \"hun-ter2\"",
        "PASSWORD: str = 'hun-ter2'",
        "self.db_password = 'hun-ter2'",
        "config['api_key'] = 'hun-ter2'",
        "api_key: Optional[str] = \"hun-ter2\"",
        "config = {'user': 'bob', 'password': 'hun-ter2'}",
        "connect(host, password='hun-ter2')",
        "if password == 'hun-ter2':",
        "password = f'{prefix}hun-ter2'",
        "secret = '''\n  hun-ter2\n'''",
        "secret = ('a first piece '\n  'hun-ter2')",
        "SECRETS = ['a first one', 'hun-ter2']",
        "token = os.environ.get('API_KEY', 'hun-ter22')",
        "x = getenv('DB_PASSWORD', 'hun-ter22')",
        "password = SecretStr('hun-ter22')",
        "password = hun-ter2\"",
        "password = \"hun-ter2",
        "password = 'hun-ter2\nx = 1",
        "api_key = b'hun-ter2'",
        "headers = [('X-Api-Key', 'hun-ter22')]",
        "# password: hun-ter2",
        "config = '''\n[db]\npassword = hun-ter2\n'''",
        "if (password := 'hun-ter2'):",
    ] {
        assert!(!shown(code).contains("hun-ter2"), "{code}\n{}", shown(code));
    }
}

#[test]
fn ordinary_code_is_left_as_it_is() {
    for code in [
        "password = input('Enter your password: ')",
        "password = getpass()",
        "password = os.environ['DB_PASSWORD']",
        "parser.add_argument('--password', help='the password of the account')",
        "url = f'postgres://{user}:{password}@{host}/db'",
        "token = 'COMMA'",
        "key = 'name'",
        "for key, value in {'key': 'value'}.items(): pass",
        "path = '/usr/lib/python3/dist-packages/a_long_name/another_long_name.py'",
        "name = 'a_function_name_that_is_really_quite_long_and_has_words'",
        "raise ValueError('the token is not valid')",
        "alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'",
        "def check_password(password: str) -> bool:",
        "return 'password=%s' % password",
        "uuid = '123e4567-e89b-12d3-a456-426614174000'",
    ] {
        assert_eq!(shown(code), code);
    }
}

#[test]
fn known_values_are_hidden_in_any_form() {
    let known = Secrets::new([], ["pass\"word\\x".to_owned(), "postgres".to_owned()]);
    let text =
        "import postgres\nx = 'pass\"word\\\\x'\ny = \"pass\\\"word\\\\x\"\nz = 'postgres'\n";
    let hidden = Redaction::new(text, &known).hide(text);
    assert!(hidden.starts_with("import postgres\n"), "{hidden}");
    assert!(
        !hidden.contains("word") && hidden.matches("postgres").count() == 1,
        "{hidden}"
    );
    let complaint = Redaction::new(text, &known).hide("cannot log in as 'postgres'");
    assert!(
        complaint.starts_with("cannot log in as 'HIDDEN_"),
        "{complaint}"
    );
}

#[test]
fn a_placeholder_is_nothing_that_the_text_has() {
    let text = "a = HIDDEN_1\npassword = 'hunter2'\n";
    assert_eq!(shown(text), "a = HIDDEN_1\npassword = 'MASKED_1'\n");
    let text = "hidden_ MASKED_ Redacted_ concealed_ HIDDEN_VALUE_\npassword = 'hunter2'\n";
    assert!(shown(text).ends_with("password = 'HIDDEN_VALUES_1'\n"));
}

const LOGIN: &str =
    "def login(user)\n    password = 'hunter2'\n    return check(user, password, 'hunter2')\n";

/// What comes of an answer to the question about [`LOGIN`].
fn answered(answer: &str) -> Vec<Result<Proposal, Misplaced>> {
    let none = Secrets::default();
    let region = Region::around(LOGIN, Span::empty(10)).expect("a region");
    let mut redaction = Redaction::new(LOGIN, &none);
    let excerpt = redaction.excerpt(LOGIN, region);
    assert!(!excerpt.text.contains("hunter2"));
    proposals(&excerpt.text, excerpt.region, answer)
        .into_iter()
        .map(|proposal| redaction.restore(&excerpt, proposal))
        .collect()
}

#[test]
fn secrets_are_put_back_where_they_were() {
    let answer = "def login(user):\n    password = 'HIDDEN_1'\n    return check(user, password, 'HIDDEN_1')\n";
    let proposal = answered(answer).remove(0).expect("nothing is misplaced");
    assert_eq!(proposal.text, LOGIN.replace("(user)\n", "(user):\n"));
    assert_eq!(apply(LOGIN, &proposal.edits), Ok(proposal.text));
    assert_eq!(proposal.edits.len(), 1);
}

#[test]
fn secrets_are_put_nowhere_else() {
    let good = "def login(user):\n    password = 'HIDDEN_1'\n    return check(user, password, 'HIDDEN_1')\n";
    for (from, to) in [
        ("'HIDDEN_1'\n", "'HIDDEN_2'\n"),
        ("'HIDDEN_1'\n", "'hidden_1'\n"),
        ("'HIDDEN_1'\n", "'HIDDEN_01'\n"),
        ("'HIDDEN_1'\n", "'HIDDEN_'\n"),
        ("'HIDDEN_1'\n", "'HIDDEN_1'; print(password)\n"),
        ("password = 'HIDDEN_1'", "print('HIDDEN_1')"),
        (
            "password = 'HIDDEN_1'",
            "password = 'http://example.com/HIDDEN_1'",
        ),
        (
            "    return check",
            "    print('HIDDEN_1')\n    return check",
        ),
        ("password = 'HIDDEN_1'\n", "password = ''\n"),
        ("check(user, password, 'HIDDEN_1')", "check(user, password)"),
        (
            "return check(user, password, 'HIDDEN_1')",
            "return log(user, password, 'HIDDEN_1')",
        ),
    ] {
        let answer = good.replacen(from, to, 1);
        assert_ne!(answer, good);
        for outcome in answered(&answer) {
            assert_eq!(outcome.err(), Some(Misplaced), "{answer}");
        }
    }
}

#[test]
fn a_secret_of_several_lines_is_one_placeholder() {
    let key = format!("{}BEGIN PRIVATE KEY{}", "-----", "-----");
    let body = noise(3, 64, WORD);
    let text =
        format!("def f()\n    key = '''{key}\n    {body}\n    {body}\n    '''\n    return key\n");
    let none = Secrets::default();
    let region = Region::around(&text, Span::empty(4)).expect("a region");
    let mut redaction = Redaction::new(&text, &none);
    let excerpt = redaction.excerpt(&text, region);
    let shown = excerpt.region.span.of(&excerpt.text);
    assert!(!shown.contains(&body), "{shown}");
    assert!(shown.contains("-----HIDDEN_1"), "{shown}");
    let answer = shown.replace("f()", "f():");
    let proposal = proposals(&excerpt.text, excerpt.region, &answer).remove(0);
    let restored = redaction.restore(&excerpt, proposal).expect("in its place");
    assert_eq!(restored.text, text.replace("f()", "f():"));
}

proptest! {
    #[test]
    fn what_is_hidden_comes_back_as_it_was(
        seed in 1u64..9999, which in 0usize..70, name in "password|api_key|x|token",
        before in "(x = 1|é|def f\\(\\):|'|\"|\n| ){0,6}", after in "(y = 2|🦀|\\)|'|\n| ){0,6}"
    ) {
        let (token, _) = samples(seed).swap_remove(which);
        let text = format!("{before}\n{name} = \"{token}\"\n{after}\n");
        let at = before.len() + 1;
        let none = Secrets::default();
        let mut redaction = Redaction::new(&text, &none);
        let Some(region) = Region::around(&text, Span::empty(at)) else { return Ok(()) };
        let excerpt = redaction.excerpt(&text, region);
        let unchanged = Proposal {
            text: excerpt.text.clone(),
            edits: Vec::new(),
            change: crate::prompt::Change { tokens: 0, lines: 0 },
            flags: crate::prompt::Flags::default(),
        };
        let restored = redaction.restore(&excerpt, unchanged).expect("nothing is misplaced");
        prop_assert_eq!(restored.text, text);
        prop_assert_eq!(restored.edits, []);
    }

    #[test]
    fn no_known_value_survives(
        value in "[A-Za-z0-9!#$%&()*+,./:;<=>?@^_|~-]{6,40}[0-9]", text in "(x = 1|é|def f\\(\\):|'|\"|\n| |#){0,9}",
    ) {
        let known = Secrets::new([("DB_PASSWORD".to_owned(), value.clone())], []);
        let text = format!("{text}{value}{text}\nx = '{value}'\n");
        let known_value = known.values().any(|known| known == value);
        let mut redaction = Redaction::new(&text, &known);
        let hidden = redaction.hide(&text);
        prop_assert!(!known_value || !hidden.contains(&value), "{}", hidden);
        let told = redaction.hide(&format!("invalid syntax: {value}"));
        prop_assert!(!known_value || !told.contains(&value));
    }

    #[test]
    fn no_generated_secret_survives(seed in 1u64..99999, which in 0usize..70) {
        let (token, secret) = samples(seed).swap_remove(which);
        let text = format!("def f():\n    return g(\"{token}\")\n");
        prop_assert!(!shown(&text).contains(&secret));
    }
}
