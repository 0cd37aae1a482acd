from claims.texts import normalise_text, text_hash


def test_line_ends_become_lf_and_what_postgresql_cannot_store_goes() -> None:
    assert normalise_text("a\r\nb\rc\n\n  d\0e \ud800 é") == "a\nb\nc\n\n  de \ufffd é"


def test_hash_ignores_white_space_and_composition() -> None:
    assert text_hash("Caf\u00e9  said\n\nno") == text_hash(" Cafe\u0301 said no ")
    assert text_hash("Cafe said no") != text_hash("Caf\u00e9 said no")
