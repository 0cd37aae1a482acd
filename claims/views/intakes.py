"""Files and addresses on their way to becoming articles: read, shown, corrected, and only then saved."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from claims import permissions
from claims.actions.intakes import (
    discard_intake,
    reading_of,
    retry_intake,
    save_intake,
    take_in_address,
    take_in_file,
)
from claims.forms.articles import AddressForm, ArticleForm, FileForm
from claims.ingest import ReadDocument
from claims.models import Intake, IntakeState, Outlet
from claims.views import SignedIn
from claims.views.articles import check, other_ways, save, what_will_be_stored
from claims.views.responses import render_part


@login_required
@require_POST
def intake_add(request: SignedIn) -> HttpResponse:
    """Take in an uploaded file, or an address for the worker to fetch."""
    permissions.check_add_article(request.user)
    by_address = "address" in request.POST
    form = AddressForm(request.POST) if by_address else FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            taken = _take_in_address(request, form) if by_address else _take_in_file(request, form)
            return redirect("intake", taken.pk)
        except ValidationError as error:
            form.add_error(None, error)
    own_form = "address_form" if by_address else "file_form"
    context = {"form": ArticleForm(), **other_ways(request), own_form: form}
    return render(request, "article_add.html", context, status=422)


@login_required
@require_http_methods(["GET", "POST"])
def intake(request: SignedIn, pk: int) -> HttpResponse:
    """How far the reading has come; then what was read, to be corrected and saved."""
    permissions.check_add_article(request.user)
    shown = get_object_or_404(Intake.objects.select_related("document"), pk=pk)
    if shown.by_id != request.user.pk:
        raise PermissionDenied("Somebody else is adding this article.")
    if shown.article_id is not None:
        return redirect("article", shown.article_id)
    if shown.state != IntakeState.DONE:
        return render_part(request, "intake.html", "progress", {"intake": shown})
    reading = reading_of(shown)
    context = {"intake": shown, "warnings": reading.warnings, "outlets": Outlet.objects.order_by("sort_name")}
    if request.method == "GET":
        form = ArticleForm(initial=_initial(reading))
        return render_part(
            request, "intake.html", "progress", {"form": form, "stored": what_will_be_stored(reading.text), **context}
        )
    if "check" in request.POST:
        return check(request, "intake.html", context)
    form = ArticleForm(request.POST)
    if form.is_valid() and (saved := save(request, form, partial(save_intake, intake=shown))):
        return saved
    context |= {"form": form, "stored": what_will_be_stored(form.data.get("text", ""))}
    return render(request, "intake.html", context, status=422)


@login_required
@require_POST
def intake_retry(request: SignedIn, pk: int) -> HttpResponse:
    """Fetch an address again after that had failed."""
    failed = get_object_or_404(Intake, pk=pk, by=request.user)
    permissions.check_add_article(request.user)
    try:
        retry_intake(intake=failed, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("intake", pk)


@login_required
@require_POST
def intake_discard(request: SignedIn, pk: int) -> HttpResponse:
    """Give up what was not saved."""
    unwanted = get_object_or_404(Intake, pk=pk, by=request.user)
    permissions.check_add_article(request.user)
    try:
        discard_intake(intake=unwanted, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"“{unwanted}” is discarded.")
    return redirect("article_add")


def _take_in_address(request: SignedIn, form: Form) -> Intake:
    return take_in_address(address=form.cleaned_data["address"], by=request.user)


def _take_in_file(request: SignedIn, form: Form) -> Intake:
    file = form.cleaned_data["file"]
    return take_in_file(data=file.read(), file_name=file.name, media_type=file.content_type or "", by=request.user)


def _initial(reading: ReadDocument) -> dict[str, object]:
    return {
        "text": reading.text,
        "title": reading.title,
        "outlet_name": reading.outlet or reading.domain,
        "published_on": reading.published,
        "address": reading.address,
        "byline": reading.byline,
        "wire_agency": reading.wire_agency,
        "language": reading.language,
    }
