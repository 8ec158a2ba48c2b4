//! The tokens of Python that small edits put in, by the place that takes them.

/// Between two values outside of brackets, in a statement that a name or a value begins.
pub const BETWEEN: &[&str] = &[
    "=", ",", ".", "+", "in", "and", "or", "==", "-", "*", "/", "%", ":", "if", "for", "is", ";",
    "+=", "from", "->",
];
/// Between two values of a condition.
pub const IN_CONDITION: &[&str] = &[
    "==", "in", "and", "or", "<", ">", ".", ":", "is", "not in", "!=", "<=", ">=", "+", "%", "*",
    "-", "/", ",", "not",
];
/// Between two values of a `return`, `yield`, `raise` or the like.
pub const IN_VALUE: &[&str] = &[
    ",", "+", ".", "*", "-", "/", "in", "and", "or", "==", "if", "for", "%", "is", "from", "<", ">",
];
/// Between two words of a loop's header.
pub const IN_LOOP: &[&str] = &["in", ",", ".", ":", "+"];
/// Between two words of an import.
pub const IN_IMPORT: &[&str] = &["import", ",", ".", "as", "_"];
/// Between two words of a `with` or `except`.
pub const IN_BINDING: &[&str] = &["as", ",", ".", ":", "(", "as e"];
/// Between two words of a function's or a class's header.
pub const IN_HEADER: &[&str] = &["(", "_", "->", ":", "."];
/// Between two values in parentheses.
pub const IN_ROUND: &[&str] = &[
    ",", "=", ".", "+", "%", "for", "in", "if", "and", "or", "==", "*", "-", "/", ":", "is", "<",
    ">", "<=", ">=", "!=", "not in",
];
/// Between two values in square brackets.
pub const IN_SQUARE: &[&str] = &[
    ",", ":", ".", "+", "for", "in", "if", "*", "-", "==", "and", "or", "%", "<", ">", "/", "as",
];
/// Between two values in curly brackets.
pub const IN_CURLY: &[&str] = &[",", ":", "for", "in", "if", "+", ".", "="];

/// Words that a statement begins with, where the line ends with a colon.
pub const HEADER_WORDS: &[&str] = &[
    "def", "class", "if", "for", "while", "with", "elif", "except", "case", "else", "async", "try",
    "match",
];
/// Words that a statement begins with, where it does not.
pub const STATEMENT_WORDS: &[&str] = &[
    "import", "from", "return", "def", "if", "for", "with", "class", "raise", "del", "assert",
    "print", "@", "else:", "while", "yield", "global", "try:", "await",
];

/// What stands in for an operand that is missing.
pub const OPERANDS: &[&str] = &["None", "0", "1", "''", "\"\"", "[]", "()", "..."];
/// What stands in for an entry that is missing between two commas, or beside one.
pub const ENTRIES: &[&str] = &["None", "*", ":", "''", "\"\"", "...", "/", "0"];

/// Words between two values.
pub const INFIX_WORDS: &[&str] = &[
    "in", "and", "or", "is", "as", "if", "else", "for", "import", "from",
];
/// Words that begin a statement without a block.
pub const SIMPLE_WORDS: &[&str] = &[
    "import", "from", "return", "raise", "yield", "del", "assert",
];
/// Words that begin a block.
pub const BLOCK_WORDS: &[&str] = &[
    "def", "class", "if", "elif", "else", "for", "while", "with", "try", "except", "finally",
    "case",
];

/// What may be meant by an operator or a sign, the likeliest first.
pub const CONFUSED: &[(&str, &[&str])] = &[
    (
        "=",
        &[
            "==", ":", "+", ",", "!=", ".", "-", ">=", "<=", "in", "is", "+=",
        ],
    ),
    ("==", &["=", ":", "+="]),
    (".", &[",", ":", "+", "=", "[", "(", "*", "_", " "]),
    (
        ",",
        &[
            ":", ".", "as", ")", "=", "in", ";", "]", "+", "}", "and", "(",
        ],
    ),
    (":", &[",", "=", ".", "in", ")", "else", ";", "]"]),
    (";", &[":", ",", ".", ")", "="]),
    ("+=", &["+", "=", "=="]),
    ("-=", &["-", "=", "=="]),
    ("*=", &["*", "=", "=="]),
    ("/=", &["/", "=", "!="]),
    ("%=", &["%", "="]),
    (":=", &["=", ":", "=="]),
    ("-", &["=", "_", ".", ",", ":", "->", "+="]),
    ("+", &["=", ",", "+="]),
    ("*", &[",", "=", "."]),
    ("/", &[".", ",", "\\"]),
    ("%", &[",", "="]),
    ("<", &["=", "(", ","]),
    (">", &["=", ".", ":", ",", ")"]),
    (">=", &["=", "=="]),
    ("<=", &["=", "=="]),
    ("!=", &["=", "+=", "=="]),
    ("->", &[":", ".", "=", "-"]),
    ("=>", &[">=", ":", "="]),
    ("|", &["or", ",", "\\"]),
    ("&", &["and", ","]),
    ("!", &["not", "1"]),
    ("\\", &["/", "\\\n"]),
    ("_", &["+", "=", "-", "."]),
    ("(", &[",", "[", "{", "=", ".", " ", ")"]),
    ("[", &["(", "{", "=", ".", "]"]),
    ("{", &["(", "[", "}"]),
    (")", &["]", "}", ",", "(", ":", "\"", "'"]),
    ("]", &[")", "}", ":", ",", "["]),
    ("}", &[")", "]", "{"]),
    ("@", &["\""]),
    ("not", &["!="]),
    ("is", &["in", "=", "=="]),
    ("in", &["=", "is"]),
    ("as", &["=", ","]),
    ("else", &[":", "elif"]),
];

/// Two tokens that are one when nothing lies between them.
pub const JOINED: &[&str] = &[
    "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "//", "**", "->", ":=", "%=", "//=", "**=",
    "<<", ">>", "|=", "&=",
];
