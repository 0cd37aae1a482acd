"""What one writes in an afternoon on top of a parser: a list of verbs, their subjects and clauses, and quotation marks.

The labels are those of spaCy's English models. A document is one paragraph, so that a quotation finds its verb nearby.
"""

from collections.abc import Iterator

from spacy.tokens import Doc, Token

# Verbs that are cues more often than not in PolNeAR's training articles, by what tells what is said: a clause, an
# infinitive, an object.
SAYING, WISHING, JUDGING = (
    frozenset(verbs.split())
    for verbs in (
        """acknowledge add admit allege announce argue ask assert assure boast claim complain concede conclude confirm
        contend continue declare deny emphasize estimate explain fear hope indicate insist joke maintain mention note point
        predict quip reason recall reiterate remark remind repeat reply report respond reveal say show state stress suggest
        tell testify tweet warn wonder worry write""",
        "agree ask decline hope plan pledge promise refuse seek threaten tell urge vow",
        """accuse acknowledge announce attack blame blast call cite condemn criticize decry defend denounce deny describe
        discuss dismiss echo emphasize endorse express list mention mock note oppose portray praise propose question recall
        reject reiterate repeat report reveal slam stress tout voice""",
    )
)
TALKING = {("call", "for"), ("call", "on"), ("point", "to"), ("refer", "to"), ("speak", "about"), ("talk", "about")}
AUXILIARIES = {"aux", "auxpass", "neg", "prt"}
CLAUSES = {"conj", "xcomp", "advcl", "acl"}  # whose subject may be that of the clause above
QUOTATION_MARKS = {'"', "“", "”", "''", "``"}
SHORTEST = 4  # tokens of a quotation that is no mere term, its marks included

Attribution = dict[str, set[int]]  # role → numbers of tokens


def find_attributions(doc: Doc) -> list[Attribution]:
    quoted = list(quotations(doc))
    inside = set().union(*quoted)
    verbs = [token for token in doc if token.pos_ == "VERB" and token.i not in inside]
    found = {verb.i: attribution(verb, content) for verb in verbs if (content := content_of(verb))}
    found |= {
        token.i: according_to(token) for token in doc[:-1] if (token.lower_, token.nbor().lower_) == ("according", "to")
    }
    for quotation in quoted:
        owner = next((row for row in found.values() if row["content"] & quotation), None)
        if owner is None and len(quotation) >= SHORTEST and (verb := nearest_verb(verbs, quotation)):
            owner = found.setdefault(verb.i, attribution(verb, clause_before(doc, verb, quotation)))
        if owner:
            owner["content"] |= quotation
    return list(found.values())


def clause_before(doc: Doc, verb: Token, quotation: set[int]) -> set[int]:
    """What leads from the verb to a quotation that no comma or colon introduces: said that it was "a disaster"."""
    start = min(quotation)
    words = doc[verb.i + 1 : start]
    if (
        not words
        or words[-1].is_punct
        or words[0].sent != doc[start].sent
        or any(w.text in QUOTATION_MARKS for w in words)
    ):
        return set()
    that = next((word.i for word in words if word.lower_ == "that"), verb.i + 1)
    return set(range(that, start))


def quotations(doc: Doc) -> Iterator[set[int]]:
    """What stands between two quotation marks; one that is left open ends with the paragraph."""
    marks = [token.i for token in doc if token.text in QUOTATION_MARKS]
    if len(marks) % 2:
        marks.append(len(doc) - 1)
    for start, end in zip(marks[::2], marks[1::2], strict=True):
        yield set(range(start, end + 1))


def subject_of(verb: Token) -> Token | None:
    """Its own, or that of the clause above: Smith rose and said. In the passive, who it is done by."""
    children = {child.dep_: child for child in verb.children}
    if "auxpass" in children:
        return children.get("obl:agent") or children.get("agent")
    if "nsubj" in children:
        return children["nsubj"]
    if verb.dep_ == "acl" and verb.nbor(-1).text != ",":
        return verb.head
    above = next((token for token in verb.ancestors if token.pos_ == "VERB"), None)
    return subject_of(above) if above and verb.dep_ in CLAUSES else None


def attribution(verb: Token, content: set[int]) -> Attribution:
    subject = subject_of(verb)
    source = subtree(subject) - content if subject else set()
    if subject and subject.is_ancestor(verb):
        source -= subtree(verb)
    adverbs = {child.i for child in verb.children if child.dep_ == "advmod" and child.i == verb.i - 1}
    cue = {verb.i} | adverbs | {child.i for child in verb.children if child.dep_ in AUXILIARIES}
    return {"source": source, "cue": cue, "content": content - cue}


def content_of(verb: Token) -> set[int]:
    children = {child.dep_: child for child in verb.children}
    if verb.lemma_ in SAYING and "ccomp" in children:
        return subtree(children["ccomp"])
    if verb.lemma_ in SAYING and verb.dep_ in {"parataxis", "ccomp"} and subject_of(verb):
        return subtree(verb.head) - subtree(verb)
    if verb.lemma_ in SAYING and "parataxis" in children:
        return subtree(children["parataxis"])
    if verb.lemma_ in WISHING and "xcomp" in children:
        return subtree(children["xcomp"])
    if verb.lemma_ in JUDGING and "dobj" in children:
        more = (
            child for child in verb.rights if child.dep_ == "xcomp" or child.left_edge.lower_ in {"of", "for", "as"}
        )
        return subtree(children["dobj"]).union(*map(subtree, more))
    about = next((child for child in verb.rights if (verb.lemma_, child.left_edge.lower_) in TALKING), None)
    return subtree(about) - {about.left_edge.i} if about else set()


def according_to(token: Token) -> Attribution:
    """The name hangs "according" on itself in UD, and hangs on it in other schemes; the rest of the sentence is content."""
    name = (
        token.head if token.dep_ == "case" else next((child for child in token.rights if child.dep_ != "fixed"), token)
    )
    cue = {token.i, token.i + 1}
    return {"source": subtree(name) - cue, "cue": cue, "content": subtree(name.sent.root) - subtree(name)}


def nearest_verb(verbs: list[Token], quotation: set[int]) -> Token | None:
    """The verb of saying with a subject that stands nearest to either end of a quotation."""
    start, end = min(quotation), max(quotation)
    saying = (verb for verb in verbs if verb.lemma_ in SAYING and subject_of(verb))
    return min(saying, key=lambda verb: max(start - verb.i, verb.i - end), default=None)


def subtree(token: Token) -> set[int]:
    return {child.i for child in token.subtree}
