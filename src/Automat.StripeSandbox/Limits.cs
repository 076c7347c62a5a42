namespace Automat.StripeSandbox;

/// <summary>Every bound the sandbox keeps, in one place.</summary>
internal static class Limits
{
    public const int BodyBytes = 1024 * 1024;
    public const int Parameters = 5_000;
    public const int ParameterDepth = 8;
    public const int LineItems = 100;
    public const int MetadataKeys = 50;
    public const int MetadataKeyLength = 40;
    public const int MetadataValueLength = 500;
    public const int TextLength = 5_000;
    public const int ExpandPaths = 20;

    /// <summary>Eight digits of minor units, as Stripe.</summary>
    public const long Amount = 99_999_999;
    public const long Quantity = 999_999;
    public const int PageSize = 100;
    public const int DefaultPageSize = 10;

    /// <summary>Objects of one kind; more is answered with Stripe's rate limit error.</summary>
    public const int ObjectsPerKind = 2_000_000;

    /// <summary>Events and their deliveries kept; beyond it the oldest settled ones are forgotten.</summary>
    public const int Events = 100_000;
    public const int StoredAnswers = 50_000;
    public const int WebhookEndpoints = 16;
    public const int DeliveryLog = 20;
    public const int HeldForReorder = 1_000;

    public static readonly TimeSpan AnswersKept = TimeSpan.FromHours(24);
    public static readonly TimeSpan WebhookTimeout = TimeSpan.FromSeconds(20);
    public static readonly TimeSpan SessionLife = TimeSpan.FromHours(24);
    public static readonly TimeSpan ShortestSession = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan HoldLife = TimeSpan.FromDays(7);
}
