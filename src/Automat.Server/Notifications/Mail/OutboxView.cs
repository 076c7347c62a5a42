namespace Automat.Server.Notifications.Mail;

/// <summary>What the outbox page shows.</summary>
/// <param name="Mails">The newest first.</param>
/// <param name="HasServer">Whether there is a mail server to send through.</param>
/// <param name="ShowsTexts">Whether texts are shown.</param>
public sealed record OutboxView(IReadOnlyList<OutboxMail> Mails, bool HasServer, bool ShowsTexts);

/// <summary>One mail on the outbox page.</summary>
/// <param name="Recipient">Whom it goes to.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Text">What it says, while that is kept.</param>
/// <param name="CreatedAt">When it was written.</param>
/// <param name="StatusText">How far it has come, as the name of a text.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="LastError">What the mail server said last.</param>
public sealed record OutboxMail(
    string Recipient, string Subject, string Text, DateTimeOffset CreatedAt, string StatusText, int Attempts, string? LastError);
