using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Requests;

/// <summary>An answer in Stripe's error shape: status, type, code, message, the parameter at fault.</summary>
internal sealed class StripeException(int status, string type, string message) : Exception(message)
{
    public int Status { get; } = status;
    public string Type { get; } = type;
    public string? Code { get; init; }
    public string? Param { get; init; }

    /// <summary>The attempt behind a card error; null for every other.</summary>
    public PaymentError? Declined { get; init; }

    /// <summary>The intent as the failed attempt left it.</summary>
    public StripeObject? Intent { get; init; }

    public static StripeException Invalid(string message, string? param = null, string? code = null) =>
        new(400, "invalid_request_error", message) { Param = param, Code = code };

    public static StripeException Missing(string param) =>
        Invalid($"Missing required param: {param}.", param, "parameter_missing");

    public static StripeException NoSuch(string kind, string id, string param = "id") =>
        new(404, "invalid_request_error", $"No such {kind}: '{id}'") { Code = "resource_missing", Param = param };

    /// <summary>Stripe answers the same for an object named in the body, but with 400.</summary>
    public static StripeException NoSuchReference(string kind, string id, string param) =>
        Invalid($"No such {kind}: '{id}'", param, "resource_missing");

    /// <summary>The object's <c>error</c> member, ready to be written.</summary>
    public object Body(string requestId) => new { Error = Members(requestId) };

    private Dictionary<string, object?> Members(string requestId)
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (Declined?.Charge is not null) members["charge"] = Declined.Charge;
        if (Code is not null)
        {
            members["code"] = Code;
            members["doc_url"] = "https://stripe.com/docs/error-codes/" + Code.Replace('_', '-');
        }
        if (Declined?.DeclineCode is not null) members["decline_code"] = Declined.DeclineCode;
        members["message"] = Message;
        if (Param is not null) members["param"] = Param;
        if (Intent is not null) members[Intent.Object] = Intent;
        if (Declined?.PaymentMethod is not null) members["payment_method"] = Declined.PaymentMethod;
        members["request_log_url"] = "https://dashboard.stripe.com/test/logs/" + requestId;
        members["type"] = Type;
        return members;
    }
}
