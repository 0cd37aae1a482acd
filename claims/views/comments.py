"""Comments on a claim, written, changed and deleted where they stand on its page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from claims import permissions
from claims.actions.commenting import Commented, add_comment, delete_comment, edit_comment
from claims.actions.conflicts import ConflictError
from claims.forms.comments import CommentEditForm, strangers_in_words
from claims.models import Claim, Comment
from claims.roles import Role, people_with
from claims.views import SignedIn
from claims.views.claim_page import comment_form, find_claim, queue_of, render_claim
from claims.views.claims import back_to
from claims.views.responses import wants_part

# One comment is edited at a time; its fields are not those of a new one.
EDIT_IDS = "edited_%s"


@login_required
@require_http_methods(["GET", "POST"])
def add(request: SignedIn, pk: int) -> HttpResponse:
    """Write a comment. `choose` opens the passage for choosing words, without it that is closed again."""
    claim = get_object_or_404(find_claim(pk))
    permissions.check_comment(request.user, claim)
    if request.method != "POST":
        if "choose" in request.GET:
            return render_claim(request, claim, part="comment_words", words_form=comment_form(claim))
        return HttpResponse() if wants_part(request) else back_to(pk, queue_of(request))
    form = comment_form(claim, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            done = add_comment(claim=claim, text=data["text"], words=data["about"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            part = "comment_pointed" if data["choosing"] else "comment_added"
            return _stored(request, done, part=part, said="The comment is there.")
    if "choosing" in request.POST:
        return render_claim(request, claim, part="comment_words", status=422, words_form=form)
    return render_claim(request, claim, part="comment_new", status=422, comment_form=form)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change what one has written; `show` leads back without."""
    comment = _find(request, pk)
    if request.method != "POST":
        if "show" in request.GET:
            return _show(request, comment)
        permissions.check_edit_comment(request.user, comment)
        form = CommentEditForm(auto_id=EDIT_IDS, initial={"text": comment.text, "expected_version": comment.version})
        return _show(request, comment, part="comment_edit", edit_form=form)
    form = CommentEditForm(request.POST, auto_id=EDIT_IDS)
    conflict = None
    if form.is_valid():
        try:
            done = edit_comment(comment=comment, by=request.user, **form.cleaned_data)
        except ConflictError as error:
            conflict, comment = error, _find(request, pk)
            # Saving once more replaces what was shown beside it.
            form.data = {**request.POST.dict(), "expected_version": comment.version}
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _stored(request, done, part="comment", said="The comment is saved.")
    else:
        permissions.check_edit_comment(request.user, comment)
    status = 409 if conflict else 422
    return _show(request, comment, part="comment_edit", status=status, edit_form=form, comment_conflict=conflict)


@login_required
@require_POST
def delete(request: SignedIn, pk: int) -> HttpResponse:
    """Take a comment away; that it was there stays."""
    comment = _find(request, pk)
    permissions.check_delete_comment(request.user, comment)
    delete_comment(comment=comment, by=request.user)
    if wants_part(request):
        return _show(request, _find(request, pk), passage_changed=True)
    messages.success(request, "The comment is deleted. The history keeps what it said.")
    return _back_to(comment, queue_of(request))


@login_required
@require_safe
def people(request: SignedIn) -> JsonResponse:
    """Whom a comment can mention, for the list that opens after an @."""
    permissions.check_read(request.user)
    found = people_with(Role.READER).exclude(pk=request.user.pk)
    return JsonResponse({"people": [{"name": person.username, "shown": person.display_name} for person in found]})


def _find(request: SignedIn, pk: int) -> Comment:
    """As the page shows it. What may not be read is refused before anything is told of it."""
    rows = Comment.objects.for_page().select_related("author", "deleted_by", "claim__decided_review")
    comment = get_object_or_404(rows, pk=pk)
    permissions.check_read_comment(request.user, comment)
    return comment


def _show(
    request: SignedIn, comment: Comment, *, part: str = "comment", status: int = 200, **more: Any
) -> HttpResponse:
    claim = get_object_or_404(find_claim(comment.claim_id))
    editing = comment.pk if part == "comment_edit" else None
    return render_claim(
        request, claim, part=part, status=status, shown_comment=comment, editing_comment=editing, **more
    )


def _stored(request: SignedIn, done: Commented, *, part: str, said: str) -> HttpResponse:
    """To htmx the comment as it stands now; else back to it."""
    warning = strangers_in_words(done.strangers)
    if not wants_part(request):
        if warning:
            messages.warning(request, warning)
        messages.success(request, said)
        return _back_to(done.comment, queue_of(request))
    claim: Claim = get_object_or_404(find_claim(done.comment.claim_id))
    return render_claim(
        request, claim, part=part, shown_comment=_find(request, done.comment.pk), passage_changed=True, warning=warning
    )


def _back_to(comment: Comment, queue: str) -> HttpResponseRedirect:
    address = reverse("claim", args=[comment.claim_id], query={"queue": queue} if queue else None)
    return redirect(f"{address}#comment-{comment.pk}")
