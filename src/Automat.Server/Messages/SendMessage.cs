using Automat.Domain;
using Automat.Server.Platform;

namespace Automat.Server.Messages;

/// <summary>What existing report pages send.</summary>
/// <param name="Text">The customer's words.</param>
internal sealed record SendMessageRequest(string? Text);

/// <summary>Takes what a customer reports from existing pages. It is stored before it is answered; the answer is what they show.</summary>
internal static class SendMessage
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/message", HandleAsync).IsPublic("customers write to the operator").DisableAntiforgery()
        .RequireRateLimiting(RateLimits.Reporting).WithName(nameof(SendMessage)).WithSummary("Report a problem");

    private static async Task<IResult> HandleAsync(SendMessageRequest request, KeepMessage keep, CancellationToken ct)
    {
        if (request.Text?.Trim() is not { Length: > 0 and <= KeepMessage.LongestText } text)
        {
            throw new RuleException("text_invalid", $"Write something, at most {KeepMessage.LongestText} characters.");
        }

        await keep.RunAsync(new Report(text, MessageTopic.Other), ct);
        return Results.Json(new { reply = $"Thank you for your message: {text}" });
    }
}
