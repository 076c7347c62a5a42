using System.Collections.Frozen;

namespace Automat.Server.Platform;

/// <summary>Which HTTP status a broken rule answers with: the one place that knows.</summary>
internal static class ProblemStatuses
{
    private static readonly FrozenDictionary<string, int> _byCode = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["idempotency_key_missing"] = 400,
        ["unauthorized"] = 401,
        ["sign_in_failed"] = 401,
        ["second_factor_required"] = 401,
        ["insufficient_credit"] = 402,
        ["forbidden"] = 403,
        ["age_proof_missing"] = 409, // the chip lacks it, not the request
        ["etag_mismatch"] = 412,
        ["body_too_large"] = 413,
        ["command_unsupported"] = 422,
        ["currency_unknown"] = 422,
        ["delivered_above_hold"] = 422,
        ["delivered_nothing"] = 422,
        ["idempotency_key_reused"] = 422,
        ["etag_missing"] = 428,
        ["rate_limited"] = 429,
        ["too_many_requests"] = 429,
        ["database_unreachable"] = 503,
        ["journal_full"] = 503,
        ["shutting_down"] = 503,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // How our codes end says what is wrong.
    private static readonly (string End, int Status)[] _byEnd =
    [
        ("_unknown", 404),
        ("_invalid", 422),
        ("_empty", 422),
        ("_mismatch", 422),
        ("_missing", 422),
        ("_too_large", 422),
        ("_too_long", 422),
        ("_too_precise", 422),
        ("_unavailable", 503),
    ];

    /// <summary>The status of a rule; what stands in no table is a conflict with how things are.</summary>
    public static int Of(string code)
    {
        if (_byCode.TryGetValue(code, out var status)) return status;
        foreach (var (end, of) in _byEnd)
        {
            if (code.EndsWith(end, StringComparison.Ordinal)) return of;
        }

        return StatusCodes.Status409Conflict;
    }

    /// <summary>The code of a status that nobody gave a code.</summary>
    public static string CodeOf(int status) => status switch
    {
        400 => "bad_request",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not_found",
        405 => "method_not_allowed",
        406 => "not_acceptable",
        408 => "request_timeout",
        409 => "conflict",
        412 => "etag_mismatch",
        413 => "body_too_large",
        414 => "address_too_long",
        415 => "unsupported_media_type",
        429 => "rate_limited",
        431 => "headers_too_large",
        503 => "unavailable",
        >= 500 => "internal_error",
        _ => "request_refused",
    };
}
