"""The data model: a file per noun, constraints and QuerySet verbs beside each model."""

from claims.models.article import Article, ArticleVersion, ExtractionState
from claims.models.bulk import BulkChange, BulkKind
from claims.models.claim import Claim
from claims.models.comment import Comment, Mention
from claims.models.desk import DeskSettings, ReviewsNeeded
from claims.models.document import Document
from claims.models.extraction import Extraction
from claims.models.intake import Intake, IntakeState
from claims.models.invitation import Invitation
from claims.models.notification import Notification, NotificationKind
from claims.models.outlet import Outlet
from claims.models.rating import Colour, Rating
from claims.models.redaction import Redaction
from claims.models.review import (
    AttributionVerdict,
    Citation,
    Review,
    ReviewState,
    Stance,
    Verdict,
)
from claims.models.saved_view import SavedView
from claims.models.settlement import Settlement
from claims.models.source import Alias, Kind, Source, SourceMerge
from claims.models.statement import Act, Form, Statement, StatementSource
from claims.models.tag import ClaimTag, Tag
from claims.models.user import NotificationMail, Theme, User

__all__ = [
    "Act",
    "Alias",
    "Article",
    "ArticleVersion",
    "AttributionVerdict",
    "BulkChange",
    "BulkKind",
    "Citation",
    "Claim",
    "ClaimTag",
    "Colour",
    "Comment",
    "DeskSettings",
    "Document",
    "Extraction",
    "ExtractionState",
    "Form",
    "Intake",
    "IntakeState",
    "Invitation",
    "Kind",
    "Mention",
    "Notification",
    "NotificationKind",
    "NotificationMail",
    "Outlet",
    "Rating",
    "Redaction",
    "Review",
    "ReviewState",
    "ReviewsNeeded",
    "SavedView",
    "Settlement",
    "Source",
    "SourceMerge",
    "Stance",
    "Statement",
    "StatementSource",
    "Tag",
    "Theme",
    "User",
    "Verdict",
]
