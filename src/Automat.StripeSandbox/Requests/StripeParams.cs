using System.Globalization;

namespace Automat.StripeSandbox.Requests;

/// <summary>
/// Parameters in Stripe's bracketed form encoding (<c>line_items[0][price_data][currency]=usd</c>), as a tree.
/// </summary>
internal sealed class StripeParams
{
    private readonly OrderedDictionary<string, StripeParams> children = new(StringComparer.Ordinal);
    private string? text;

    private StripeParams(string path) => Path = path;

    /// <summary>The name in brackets, as errors quote it; empty at the root.</summary>
    public string Path { get; }

    /// <summary>The value itself, for an element of a list such as <c>expand[]</c>.</summary>
    public string? Value => text;

    public bool IsEmpty => children.Count == 0 && string.IsNullOrEmpty(text);

    /// <summary>Reads a form or query.</summary>
    /// <exception cref="StripeException">The encoding is broken or beyond the limits.</exception>
    public static StripeParams Parse(string encoded)
    {
        var root = new StripeParams("");
        var count = 0;
        foreach (var range in encoded.AsSpan().Split('&'))
        {
            var pair = encoded.AsSpan()[range];
            if (pair.IsEmpty) continue;
            if (++count > Limits.Parameters) throw StripeException.Invalid("Too many parameters.");
            var equals = pair.IndexOf('=');
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            root.Add(name, equals < 0 ? "" : Decode(pair[(equals + 1)..]));
        }
        return root;
    }

    /// <summary>Stripe refuses names it does not know; silence here would hide a client's spelling mistakes.</summary>
    public void Knows(params ReadOnlySpan<string> names)
    {
        foreach (var (name, value) in children)
        {
            if (names.Contains(name) || name == "expand") continue;
            throw StripeException.Invalid(
                $"Received unknown parameter: {value.Path}", value.Path, "parameter_unknown");
        }
    }

    public bool Has(string name) => children.ContainsKey(name);

    public string? Text(string name, int longest = Limits.TextLength)
    {
        if (!children.TryGetValue(name, out var child)) return null;
        if (child.children.Count > 0) throw StripeException.Invalid($"Invalid string: {child.Path}", child.Path);
        if (string.IsNullOrEmpty(child.text)) return null;
        if (child.text.Length <= longest) return child.text;
        throw StripeException.Invalid(
            $"Invalid string: {child.Path} must be at most {longest} characters", child.Path);
    }

    public string Required(string name) => Text(name) ?? throw StripeException.Missing(PathOf(name));

    public long? Integer(string name)
    {
        if (Text(name) is not { } written) return null;
        if (long.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        throw StripeException.Invalid($"Invalid integer: {written}", PathOf(name), "parameter_invalid_integer");
    }

    /// <summary>A positive amount of minor units, at most eight digits.</summary>
    public long? Amount(string name, long least = 1)
    {
        if (Integer(name) is not { } amount) return null;
        if (amount < least)
        {
            throw StripeException.Invalid(
                $"This value must be greater than or equal to {least}.", PathOf(name), "parameter_invalid_integer");
        }
        if (amount <= Limits.Amount) return amount;
        throw StripeException.Invalid(
            "Amount must be no more than $999,999.99", PathOf(name), "amount_too_large");
    }

    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        var other => throw StripeException.Invalid($"Invalid boolean: {other}", PathOf(name)),
    };

    /// <summary>One of the given words, or null when absent.</summary>
    public string? OneOf(string name, params ReadOnlySpan<string> words)
    {
        if (Text(name) is not { } word || words.Contains(word)) return Text(name);
        throw StripeException.Invalid(
            $"Invalid {PathOf(name)}: must be one of {string.Join(", ", words)}", PathOf(name));
    }

    /// <summary>A web address, as Stripe asks of every place it sends a customer to.</summary>
    public string? Address(string name)
    {
        if (Text(name) is not { } url) return null;
        var plain = url.Replace("{CHECKOUT_SESSION_ID}", "ID", StringComparison.Ordinal);
        if (Uri.TryCreate(plain, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") return url;
        throw StripeException.Invalid("Not a valid URL", PathOf(name), "url_invalid");
    }

    public StripeParams? Child(string name) => children.GetValueOrDefault(name);

    public IReadOnlyList<StripeParams> List(string name) =>
        children.TryGetValue(name, out var child) ? [.. child.children.Values] : [];

    public IReadOnlyList<string> Words(string name) =>
        [.. List(name).Select(word => word.Value).OfType<string>().Where(word => word.Length > 0)];

    /// <summary>Metadata given with a new object.</summary>
    public Dictionary<string, string> Metadata(string name = "metadata")
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        UpdateMetadata(metadata, name);
        return metadata;
    }

    /// <summary>Adds and replaces the keys given; an empty value removes its key, an empty whole removes all.</summary>
    /// <exception cref="StripeException">A key or value is too long, or there would be too many.</exception>
    public void UpdateMetadata(Dictionary<string, string> metadata, string name = "metadata")
    {
        if (!children.TryGetValue(name, out var given)) return;
        var next = new OrderedDictionary<string, string>(StringComparer.Ordinal); // a client sees its own order
        if (given.children.Count > 0 || given.text is not "")
        {
            foreach (var (key, value) in metadata) next.Add(key, value);
        }
        foreach (var (key, value) in given.children)
        {
            if (key.Length > Limits.MetadataKeyLength)
            {
                throw StripeException.Invalid($"Metadata keys can have up to {Limits.MetadataKeyLength} characters."
                    + $" You passed in a key of {key.Length} characters.", given.Path);
            }
            if (value.text?.Length > Limits.MetadataValueLength)
            {
                throw StripeException.Invalid($"Metadata values can have up to {Limits.MetadataValueLength} characters,"
                    + $" but you passed in a value that is {value.text.Length} characters. Invalid value: {key}",
                    value.Path);
            }
            if (string.IsNullOrEmpty(value.text)) next.Remove(key);
            if (!string.IsNullOrEmpty(value.text)) next[key] = value.text;
        }
        if (next.Count > Limits.MetadataKeys)
        {
            throw StripeException.Invalid(
                $"Metadata can only have up to {Limits.MetadataKeys} keys. You passed in {next.Count}.", given.Path);
        }
        metadata.Clear();
        foreach (var (key, value) in next) metadata[key] = value;
    }

    public string PathOf(string name) => Path.Length == 0 ? name : $"{Path}[{name}]";

    private void Add(string name, string value)
    {
        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        var node = Grow(bracket < 0 ? name : name[..bracket]);
        for (var depth = 0; bracket >= 0 && bracket < name.Length; depth++)
        {
            var close = name.IndexOf(']', bracket);
            if (name[bracket] != '[' || close < 0 || depth == Limits.ParameterDepth)
                throw StripeException.Invalid($"Invalid parameter name: {name}");
            var key = name[(bracket + 1)..close];
            node = node.Grow(key.Length > 0 ? key : node.children.Count.ToString(CultureInfo.InvariantCulture));
            bracket = close + 1;
        }
        node.text = value;
    }

    private StripeParams Grow(string name)
    {
        if (children.TryGetValue(name, out var child)) return child;
        children.Add(name, child = new StripeParams(PathOf(name)));
        return child;
    }

    private static string Decode(ReadOnlySpan<char> encoded) =>
        Uri.UnescapeDataString(encoded.ToString().Replace('+', ' '));
}
