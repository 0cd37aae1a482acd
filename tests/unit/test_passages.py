from claims.models import Statement
from claims.passages import article_paragraphs, paragraphs, passage, surroundings

TEXT = "Dam news.\n\n“It holds,” Berg 🙂 said, “for now.” Others doubt it.\n \nMore follows."


def statement(pk: int = 1, **words: list[str]) -> Statement:
    """A statement whose spans are the first places of these words in TEXT."""
    spans = {
        role: [[TEXT.index(w), TEXT.index(w) + len(w)] for w in words.get(role, [])]
        for role in ("source", "cue", "content")
    }
    return Statement(pk=pk, spans=spans)


BERG = statement(1, source=["Berg 🙂"], cue=["said"], content=["“It holds,”", "“for now.”"])


def test_a_passage_tells_source_cue_and_content_apart() -> None:
    start, end = TEXT.index("“It"), TEXT.index(" Others")
    pieces = passage(BERG, TEXT, start, end)
    assert [(p.text, p.role) for p in pieces if p.role] == [
        ("“It holds,”", "content"),
        ("Berg 🙂", "source"),
        ("said", "cue"),
        ("“for now.”", "content"),
    ]
    assert "".join(p.text for p in pieces) == TEXT[start:end]


def test_a_cue_inside_the_content_interrupts_it() -> None:
    nested = statement(2, cue=["said"], content=["Berg 🙂 said, “for now.”"])
    pieces = passage(nested, TEXT, *paragraphs(TEXT)[1])
    assert [(p.text, p.role) for p in pieces if p.role] == [
        ("Berg 🙂 ", "content"),
        ("said", "cue"),
        (", “for now.”", "content"),
    ]


def test_surroundings_are_whole_sentences() -> None:
    start, end = surroundings(BERG, TEXT)
    assert TEXT[start:end] == "“It holds,” Berg 🙂 said, “for now.”"
    start, end = surroundings(statement(3, content=["doubt it"]), TEXT)
    assert TEXT[start:end] == "Others doubt it."


def test_surroundings_stay_short_in_an_endless_line() -> None:
    text = "so " * 1000
    start, end = surroundings(Statement(spans={"content": [[1500, 1502]], "cue": [[1506, 1508]]}), text, most=50)
    assert start <= 1500
    assert end >= 1508
    assert end - start < 120


def test_paragraphs_are_parted_by_empty_lines() -> None:
    assert [TEXT[s:e] for s, e in paragraphs(TEXT)] == [
        "Dam news.",
        "“It holds,” Berg 🙂 said, “for now.” Others doubt it.",
        "More follows.",
    ]
    assert paragraphs(" \n ") == []


def test_pieces_of_an_article_know_their_statements() -> None:
    around = statement(2, cue=["doubt"], content=["Berg 🙂 said, “for now.”"])
    found = article_paragraphs(TEXT, [BERG, around])
    assert ["".join(p.text for p in paragraph) for paragraph in found] == [TEXT[s:e] for s, e in paragraphs(TEXT)]
    by_text = {p.text: p.statements for p in found[1]}
    assert by_text["Berg 🙂"] == (1, 2)
    assert by_text["“for now.”"] == (1, 2)
    assert by_text["“It holds,”"] == (1,)
    assert by_text["doubt"] == (2,)
    assert by_text[", "] == (2,)
    assert found[1][-1].depth == 0
