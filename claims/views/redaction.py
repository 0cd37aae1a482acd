"""Redacting an article by order of law: asked for twice, with a reason."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from claims import permissions
from claims.actions.redacting import redact_article
from claims.forms.redaction import FILE, TEXT, RedactionForm
from claims.models import Article, ArticleVersion
from claims.views import SignedIn


@login_required
@require_http_methods(["GET", "POST"])
def redact(request: SignedIn, pk: int) -> HttpResponse:
    """Say what goes and what stays, and take it away."""
    permissions.check_redact(request.user)
    article = get_object_or_404(Article, pk=pk)
    form = RedactionForm(request.POST or None)
    if form.is_valid():
        what, reason = form.cleaned_data["what"], form.cleaned_data["reason"]
        try:
            redact_article(article=article, by=request.user, reason=reason, text=TEXT in what, file=FILE in what)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "It is redacted. The hash, your name, the time and the reason are kept.")
            return redirect("article", pk)
    hashes = ArticleVersion.objects.filter(article=article).values("text_hash")
    same = ArticleVersion.objects.filter(text_hash__in=hashes, redaction=None).exclude(article=pk).values("article")
    context = {"form": form, "article": article, "same": Article.objects.filter(pk__in=same)[:20]}
    return render(request, "redact.html", context, status=422 if form.is_bound else 200)
