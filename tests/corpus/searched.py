"""What people write and look for, in every script; and what they type to break a search."""

from hypothesis import strategies as st

SCRIPTS = (
    'Grüße aus Köln', "it's node.js, C++ and foo-bar", 'The ﬁnal ½ of 10 ㎞', 'Привет, как дела? Ёлка', 'Ελληνικά άΣ',
    'שָׁלוֹם עולם', 'مرحبا بالعالم',
    'हिन्दी में', 'বাংলা কো', 'தமிழ் மொழி', 'สวัสดีครับ ที่นี่', '東京都に住んでいます', 'ｶﾞｷﾞ ガギ がっこう', '한국어 한국어',
    '안녕ㅋㅋㅠㅠ', '你好世界',
    '👍', '👍🏽👍', '👨‍👩‍👧', '🇩🇪🇫🇷', '❤️🔥', 'ok👍done', '→ a ← b', 'x\u00a0y\u3000z', 'tab\tline\nend', 'ＷＩＤＥ',
    'e\u0301\u0323te\u0301', 'İstanbul ß ẞ',
    'https://example.org/a?b=c', '#channel @ana.b', '_under_score_', 'zero\u200bwidth\u00adsoft', '%d _ * " \' \\',
    'a\ue000b\ue400\ue800', 'ǅ ŉ ΐ',
)  # fmt: skip
"""Composed, decomposed, full and half width, with signs that stand close to others."""
HOSTILE_QUERIES = (
    "it's", 'node.js', 'foo-bar', 'C++', '@bob', '"', '""', '"""', "'", '*', '**', '-', '--', '-x', 'AND', 'OR', 'NOT', 'a AND b',
    'NEAR(', 'NEAR(a b, 2)',
    'a:b', 'body:x', 'folded:x', '^x', '{a b}:c', '%', '_', '100%', '\\', '(', ')', "';--", '', ' ', '\x00', 'a\x00b', '\udc80',
    'a\udc80b', '"a\udc80 b"*',
    'from:', 'from:""', 'from:"', 'from:\udc80', 'from:\x00', 'in:\udc80', 'in:\x00', 'from:@', 'in:#', 'has:', 'has:x', 'is:x',
    'on:2026-02-31', 'on:0000',
    'on:9999-12-31', 'before:0001-01-01', 'after:9999', '-on:today', '-is:pinned', 'mentions:you', 'on:٢٠٢٦', 'FROM:ME', 'x:"y z',
    '-"', '-from:-x', '👍', '東',
    '東京', 'é' * 500, 'x ' * 5_000, ' '.join(f'word{number}' for number in range(5_000)),
    ' '.join(f'hel{number}*' for number in range(300)),
    '\ufe0f' * 70 + 'late', '\u0301' * 70 + 'late', 'ﷺ' * 100, '\ue000\ue400\ue800', '"\ue000\ue400\ue800"*', '\uffff\U0010ffff',
    '\u202egnp', 'from:me ' * 60,
    ' '.join(f'in:room{number}' for number in range(60)), ' '.join(f'-{number}' for number in range(100)), ':', '::', 'a:', ':a',
    '"a" "b', '* "*" -*',
)  # fmt: skip
"""What raises when it is handed to FTS5 as it is, what the language is built of, and what is too much of it."""

GRAMMAR = (
    ' ', '-', '"', '*', ':', '@', '#', 'from:', 'IN:', 'has:', 'before:', 'after:', 'on:', 'is:', 'mentions:', 'me', 'pinned',
    'file', 'images',
    '2026-11', '2026-13', '9999-12-31', '0001-01-01', 'today', 'word', 'é', '東京', '👍', '\0', '\udc80', '\ufe0f',
)  # fmt: skip
"""Pieces of the language of searches, to be put together at random."""

characters = st.one_of(
    st.characters(), st.sampled_from('abcéß .,-*"\':@#%_\x00\ud800👍🏽\u200d\ufe0f東京ｶﾞ가\u1100\u1161\u11a8ㅋㅠกิ\u0301\u0323\ue000')
)
"""Every one there is, surrogates too, and often those that matter."""
texts = st.one_of(st.text(characters, max_size=60), st.lists(st.sampled_from(SCRIPTS), min_size=1, max_size=4).map(' '.join))
queries = texts | st.lists(st.sampled_from(GRAMMAR), max_size=40).map(''.join) | st.sampled_from(HOSTILE_QUERIES)
