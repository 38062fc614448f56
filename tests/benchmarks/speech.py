"""What people say, made up: a few words very often, most words hardly ever, as Zipf found it. The same for the same seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

WORDS = 60_000
ROOMS, AUTHORS = 200, 500
MOST_WORDS = 60
"""Of one message; the mean is about 11."""
OFTEN = """
the a to and of in is it you that for on was with as he be at by we this have or from one had but what all were when your can said there
use an each which she do how their if will up other about out many then them these so some her would make like him into time has look two
more go see no way could my than been call who its now find long down day did get come made may part
"""
"""Words of English, the most frequent first."""
HAN_AND_KANA = (
    '日本語東京会議今日明天気電車写真料理週末海山友達仕事学校時間問題連絡確認資料更新完了予定変場所参加夜朝昼新古大小のにはをがです'
)
EMOJI = '👍🎉😂🔥🙏👀🚀☕'
_ONSETS = ['', '', *['b', 'c', 'd', 'f', 'g', 'h', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'w', 'th', 'sh', 'ch', 'st', 'tr', 'pl', 'gr']]
_VOWELS = ['a', 'e', 'i', 'o', 'u', 'ea', 'ou', 'ie', 'ai']
_CODAS = ['', '', *['n', 'r', 's', 't', 'l', 'nd', 'st', 'ng', 'm', 'ck']]


@dataclass(frozen=True, slots=True)
class Said:
    """One message; room and author count from 0, the busiest first."""

    room: int
    author: int
    body: str
    has_file: bool
    has_image: bool


@dataclass(slots=True)
class Speech:
    """Messages one after another, without end."""

    seed: int = 7
    words: Sequence[str] = ()
    """The most frequent first."""
    _random: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self.words = _vocabulary(self._random)

    def __iter__(self) -> Iterator[Said]:
        chance = self._random
        words, rooms, authors = _zipf(len(self.words), 2.7), _zipf(ROOMS, 3), _zipf(AUTHORS, 5)
        while True:
            (room,), (author,) = (chance.choices(range(len(each)), cum_weights=each) for each in (rooms, authors))
            if chance.random() < 0.03:
                body = ''.join(chance.choices(HAN_AND_KANA, k=chance.randint(4, 30)))
            else:
                length = min(MOST_WORDS, 1 + int(chance.expovariate(1 / 11)))
                body = ' '.join(chance.choices(self.words, cum_weights=words, k=length))
            extra = chance.random()
            if extra < 0.02:
                body += f' https://{chance.choice(self.words)}.example/{chance.choice(self.words)}'
            elif extra < 0.05:
                body += f' {chance.choice(EMOJI)}'
            yield Said(room, author, body, has_file=extra > 0.98, has_image=extra > 0.99)


def _vocabulary(chance: random.Random) -> list[str]:
    syllables = [onset + vowel + coda for onset in _ONSETS for vowel in _VOWELS for coda in _CODAS]
    chance.shuffle(syllables)
    weights = list(accumulate((rank + 1.5) ** -0.5 for rank in range(len(syllables))))
    words = dict.fromkeys(OFTEN.split())
    while len(words) < WORDS:
        count = chance.choices((1, 2, 3, 4), (2, 5, 3, 1))[0]
        word = ''.join(chance.choices(syllables, cum_weights=weights, k=count))
        if len(word) > 2:
            words.setdefault(word)
    return list(words)


def _zipf(count: int, offset: float) -> list[float]:
    return list(accumulate(1 / (rank + offset) for rank in range(count)))
