using System.Buffers;
using System.Globalization;
using System.Text;

namespace Automat.Server.Payments.Stripe;

/// <summary>
/// Writes <c>application/x-www-form-urlencoded</c> the way Stripe reads it: nested names with brackets, UTF-8 percent
/// encoding. Rents its buffer while writing; dispose it.
/// </summary>
internal sealed class StripeForm : IDisposable
{
    private const int Limit = 64 * 1024;
    private const int MaxMetadata = 50;
    private const int MaxMetadataName = 40;
    private const int MaxMetadataValue = 500;

    private static readonly SearchValues<byte> _plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"u8);

    private static readonly SearchValues<byte> _plainInNames = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~[]"u8);

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1024);
    private int _length;

    /// <summary>
    /// The form as bytes of its own. A copy on purpose: a request that was given up may still be sending while the
    /// rented buffer already serves another.
    /// </summary>
    public byte[] ToArray() => _buffer.AsSpan(0, _length).ToArray();

    public StripeForm Add(string name, string value)
    {
        if (_length > 0) Append((byte)'&');
        Encode(name, _plainInNames);
        Append((byte)'=');
        Encode(value, _plain);
        return this;
    }

    public StripeForm Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    public StripeForm Add(string name, bool value) => Add(name, value ? "true" : "false");

    public StripeForm AddIfGiven(string name, string? value) => string.IsNullOrEmpty(value) ? this : Add(name, value);

    /// <summary>
    /// Adds facts of ours within Stripe's limits: 50 of them, names of 40 and values of 500 characters.
    /// </summary>
    public StripeForm AddMetadata(string name, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count > MaxMetadata)
        {
            throw new ProviderRefusedException(
                "metadata_too_large", $"Stripe keeps {MaxMetadata} metadata entries, not {metadata.Count}.", name);
        }

        foreach (var (key, value) in metadata)
        {
            if (key.Length is 0 or > MaxMetadataName || key.AsSpan().ContainsAny('[', ']'))
                throw new ProviderRefusedException("metadata_name", $"Stripe takes no metadata named \"{key}\".", name);
            if (value.Length > MaxMetadataValue)
            {
                throw new ProviderRefusedException(
                    "metadata_too_large",
                    $"Metadata \"{key}\" has {value.Length} characters; Stripe keeps {MaxMetadataValue}.",
                    $"{name}[{key}]");
            }

            Add($"{name}[{key}]", value);
        }

        return this;
    }

    public void Dispose()
    {
        if (_buffer.Length == 0) return;
        ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = [];
        _length = 0;
    }

    private void Encode(string text, SearchValues<byte> plain)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            ReadOnlySpan<byte> rest = rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented));
            while (!rest.IsEmpty)
            {
                var run = rest.IndexOfAnyExcept(plain);
                if (run < 0) run = rest.Length;
                Append(rest[..run]);
                rest = rest[run..];
                if (rest.IsEmpty) return;

                Append([(byte)'%', Hex(rest[0] >> 4), Hex(rest[0] & 15)]);
                rest = rest[1..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    private static byte Hex(int nibble) => (byte)"0123456789ABCDEF"[nibble];

    private void Append(byte value) => Append([value]);

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Limit - _length)
            throw new ProviderRefusedException("request_too_large", $"The request exceeds {Limit / 1024} KiB.");

        if (_length + bytes.Length > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + bytes.Length));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
            _buffer = larger;
        }

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }
}
