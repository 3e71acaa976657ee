"""What many comments are about, in Chinese and English.

Chinese is cut into words with their kinds by rjieba (a binding to jieba-rs: maintained, 4 MB, no further dependencies;
jieba itself has had no release since 2020). English words are brought to their stems by snowballstemmer, so that
"queue" and "queues" are one theme. No model, no network: the same comments give the same themes.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.feedback.ports import Comment

THEMES_SHOWN = 6
#: Fewer people than this are no theme.
_LEAST = 2
_LATIN = re.compile(r"[a-z][a-z'’]{2,}")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
#: Kinds of words (ICTCLAS) that name a thing: nouns, and verbs used as nouns.
_THINGS = ("n", "vn", "an")
_SMALL_WORDS = """
the and was were for with that this but not are had have has very our you your they them there here from all too would
could should been its it's i'm can one more some what when who which will just into out about than then also only
really quite much many well good great nice bad lot bit got get made make because after before
"""
_STOP = frozenset(_SMALL_WORDS.split())
_STOP_HAN = frozenset({"时候", "地方", "东西", "感觉", "问题", "情况", "大家", "工作", "时间", "朋友", "今天", "晚上"})


@dataclass(frozen=True, slots=True)
class Theme:
    """``score``: how satisfied those on the whole were who spoke of it, 0 to 100; None: they did not say."""

    word: str
    people: int
    score: int | None


def themes_of(comments: Sequence[Comment]) -> list[Theme]:
    """The most named first. Plain computing, which loads a dictionary at first: call it outside the event loop."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    said_by: dict[str, dict[int, int | None]] = defaultdict(dict)
    for comment in comments:
        for stem, form in _words(comment.text):
            forms[stem][form] += 1
            said_by[stem][comment.response_id] = comment.score
    themes = []
    for stem, people in said_by.items():
        scores = [score for score in people.values() if score is not None]
        if len(people) >= _LEAST:
            mean = round(sum(scores) / len(scores)) if scores else None
            themes.append(Theme(forms[stem].most_common(1)[0][0], len(people), mean))
    return sorted(themes, key=lambda theme: (-theme.people, theme.word))[:THEMES_SHOWN]


def _words(text: str) -> Iterator[tuple[str, str]]:
    """(stem, as it was written) of each word that names something."""
    import rjieba
    import snowballstemmer

    stem = snowballstemmer.stemmer("english").stemWord
    for part in _HAN.findall(text):
        for word, kind in rjieba.tag(part):
            if len(word) > 1 and kind.startswith(_THINGS) and word not in _STOP_HAN:
                yield word, word
    for found in _LATIN.findall(text.casefold()):
        if found not in _STOP:
            yield stem(found), found
