namespace Automat.Server.Platform;

/// <summary>Fields of a request that cannot be: answered with 422, a stable code and a sentence for each field.</summary>
public sealed class FieldsException(string code, IReadOnlyDictionary<string, string> errors)
    : Exception(string.Join(" ", errors.Select(e => $"{e.Key}: {e.Value}")))
{
    /// <summary>Stable name of what was refused, such as <c>machine_invalid</c>.</summary>
    public string Code { get; } = code;

    /// <summary>What is wrong, by field.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; } = errors;

    /// <summary>Refuses when anything is wrong.</summary>
    public static void ThrowIfAny(string code, IReadOnlyDictionary<string, string> errors)
    {
        if (errors.Count > 0) throw new FieldsException(code, errors);
    }
}
