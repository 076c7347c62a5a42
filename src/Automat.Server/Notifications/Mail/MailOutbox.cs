using System.Text;
using System.Text.Encodings.Web;
using Automat.Domain;
using Automat.Server.Data;

namespace Automat.Server.Notifications.Mail;

/// <summary>What a mail says: a subject, sentences, and one link to follow.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Sentences">The paragraphs.</param>
/// <param name="LinkText">What the link does.</param>
/// <param name="Link">Where it leads.</param>
public sealed record MailText(string Subject, IReadOnlyList<string> Sentences, string LinkText, string Link);

/// <summary>Where modules put mails. They go out after the caller's own save, so that none tells of what did not happen.</summary>
public sealed class MailOutbox(AutomatDb db, TimeProvider clock)
{
    internal const int LongestText = 20_000;

    /// <summary>Adds a mail to the caller's save.</summary>
    /// <exception cref="RuleException"><c>mail_too_long</c>.</exception>
    public void Add(Id<Organization> sender, string recipient, MailText text)
    {
        var (plain, html) = (Plain(text), Html(text));
        if (html.Length > LongestText) throw new RuleException("mail_too_long", "That mail is too long.");
        var now = clock.GetUtcNow();
        db.Add(new Mail
        {
            Id = Id<Mail>.New(now),
            OrganizationId = sender,
            Recipient = recipient,
            Subject = text.Subject.ReplaceLineEndings(" "),
            Text = plain,
            Html = html,
            CreatedAt = now,
            NextAttemptAt = now,
        });
    }

    private static string Plain(MailText text) =>
        string.Join("\n\n", [.. text.Sentences, $"{text.LinkText}:\n{text.Link}"]) + "\n";

    private static string Html(MailText text)
    {
        var encode = HtmlEncoder.Default;
        var html = new StringBuilder("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>")
            .Append(encode.Encode(text.Subject))
            .Append("</title></head><body style=\"font-family:sans-serif;font-size:16px;line-height:1.5;color:#1c2a25\">");
        foreach (var sentence in text.Sentences) html.Append("<p>").Append(encode.Encode(sentence)).Append("</p>");
        return html.Append("<p><a href=\"").Append(encode.Encode(text.Link))
            .Append("\" style=\"display:inline-block;padding:12px 24px;border-radius:24px;background:#12493c;color:#fdf6e6;")
            .Append("text-decoration:none;font-weight:600\">").Append(encode.Encode(text.LinkText))
            .Append("</a></p><p style=\"font-size:13px;color:#55625a;word-break:break-all\">").Append(encode.Encode(text.Link))
            .Append("</p></body></html>").ToString();
    }
}
