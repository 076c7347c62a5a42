using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Notifications.Mail;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Notifications;

/// <summary>What a customer wrote to the operator.</summary>
internal sealed record CustomerMessage
{
    public required Id<CustomerMessage> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required string Text { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }
}

internal sealed class NotificationTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<CustomerMessage>(message =>
        {
            message.ToTable("customer_messages");
            message.IsNotAudited("Customers write it, nobody changes it, and it may name people.");
            message.HasKey(m => m.Id);
            message.Property(m => m.Id).IsId();
            message.Property(m => m.OrganizationId).IsId();
            message.Property(m => m.Text).HasMaxLength(SendMessage.LongestText);
            message.HasIndex(m => new { m.OrganizationId, m.ReceivedAt }); // the newest of an organisation
        });
        model.Entity<Mail.Mail>(mail =>
        {
            mail.ToTable("mails");
            mail.IsNotAudited("An outbox: whoever had a mail written is in the log with what it is about.");
            mail.HasKey(m => m.Id);
            mail.Property(m => m.Id).IsId();
            mail.Property(m => m.OrganizationId).IsId();
            mail.Property(m => m.Recipient).HasMaxLength(256);
            mail.Property(m => m.Subject).HasMaxLength(300);
            mail.Property(m => m.Text).HasMaxLength(MailOutbox.LongestText);
            mail.Property(m => m.Html).HasMaxLength(MailOutbox.LongestText);
            mail.Property(m => m.LastError).HasMaxLength(500);
            mail.HasIndex(m => new { m.OrganizationId, m.CreatedAt }); // the newest of an organisation
            mail.HasIndex(m => m.NextAttemptAt).HasFilter("status = 'Waiting'"); // what is due
        });
    }
}

/// <summary>What existing report pages send.</summary>
/// <param name="Text">The customer's words.</param>
internal sealed record SendMessageRequest(string? Text);

/// <summary>Keeps what a customer reports. It is stored before it is answered; the answer is what existing pages show.</summary>
internal static class SendMessage
{
    public const int LongestText = 4_000;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/message", HandleAsync).IsPublic("customers write to the operator").DisableAntiforgery()
        .RequireRateLimiting(RateLimits.Buying).WithName(nameof(SendMessage)).WithSummary("Report a problem");

    private static async Task<IResult> HandleAsync(
        SendMessageRequest request, AutomatDb db, Tenant tenant, IServiceScopeFactory scopes, TimeProvider clock,
        CancellationToken ct)
    {
        if (request.Text?.Trim() is not { Length: > 0 and <= LongestText } text)
        {
            throw new RuleException("text_invalid", $"Write something, at most {LongestText} characters.");
        }

        await using var scope = scopes.CreateScopeAcross("a message without sign-in goes to the first organisation");
        var operatorId = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Organization>()
            .OrderBy(o => o.CreatedAt).Select(o => o.Id).FirstAsync(ct);
        tenant.Enter(operatorId);
        db.Add(new CustomerMessage
        {
            Id = Id<CustomerMessage>.New(clock.GetUtcNow()),
            OrganizationId = operatorId,
            Text = text,
            ReceivedAt = clock.GetUtcNow(),
        });
        await db.SaveChangesAsync(ct);
        return Results.Json(new { reply = $"Thank you for your message: {text}" });
    }
}
