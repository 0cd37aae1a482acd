"""Labels by offset of texts that do not lie here: the texts put together again, and labels built from mark-up of them."""

import gzip
import json
from pathlib import Path

import pytest

from training.beyond import with_texts
from training.gold import build
from training.gum import checksum, read_gum

CONLLU = """\
# newdoc id = GUM_news_ferry
# meta::title = Ferry late
# newpar
# newpar_block = head (1 s)
# sent_id = GUM_news_ferry-1
# text = Ferry late
1	Ferry	ferry	NOUN	NN	_	0	root	_	_
2	late	late	ADJ	JJ	_	1	amod	_	_

# newpar
# newpar_block = p (2 s)
# text = Ann Lee isn't worried.
1	Ann	Ann	PROPN	NNP	_	0	root	_	_

# text = "It floats," she said.
1	"	"	PUNCT	``	_	0	root	_	SpaceAfter=No

# newdoc id = GUM_vlog_boat
# speaker = Bo
# text = Hi — all.
1	Hi	hi	INTJ	UH	_	0	root	_	_
"""
FERRY = 'Ferry late\n\nAnn Lee isn\'t worried. "It floats," she said.\n'
MARKED = '@A Ann Lee | person\n---\nFerry late\n\nAnn Lee isn\'t worried. [t1 "It floats,"] [s1 she] [c1|A|said].\n'


@pytest.fixture
def gum(tmp_path: Path) -> Path:
    path = tmp_path / "gum.conllu.gz"
    path.write_bytes(gzip.compress(CONLLU.encode()))
    return path


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "GUM_news_ferry.txt").write_text(MARKED, encoding="utf-8")
    build.write(tmp_path / "gum.jsonl", {"GUM_news_ferry": build.read(tmp_path / "GUM_news_ferry.txt")}, standoff=True)
    return tmp_path / "gum.jsonl"


def test_texts_are_sentences_in_paragraphs(gum: Path) -> None:
    assert read_gum(gum) == {"GUM_news_ferry": FERRY, "GUM_vlog_boat": "Hi — all.\n"}


def test_labels_are_kept_without_their_text(built: Path) -> None:
    row = json.loads(built.read_text(encoding="utf-8"))
    assert row.keys() == {"id", "checksum", "attributions"}
    assert row["checksum"] == checksum(FERRY)


def test_labels_get_their_text_back(gum: Path, built: Path) -> None:
    [article] = with_texts([json.loads(built.read_text(encoding="utf-8"))], gum)
    [attribution] = article["attributions"]
    words = {role: [article["text"][start:end] for start, end in attribution[role]] for role in build.ROLES.values()}
    assert words == {"source": ["she"], "cue": ["said"], "content": ['"It floats,"']}
    assert attribution["speaker"] == "Ann Lee"


@pytest.mark.parametrize("change", [{"checksum": "0" * 16}, {"id": "GUM_news_harbour"}])
def test_another_text_is_refused(gum: Path, built: Path, change: dict[str, str]) -> None:
    article = json.loads(built.read_text(encoding="utf-8")) | change
    with pytest.raises(ValueError, match=f"does not have the text of {article['id']}"):
        with_texts([article], gum)
