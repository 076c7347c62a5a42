using System.Buffers;
using System.Text;
using System.Text.Json;
using Automat.Domain.Ledger;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests.Ledger;

/// <summary>
/// The vectors were made by another implementation: Python's
/// <c>json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)</c>.
/// </summary>
public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("", "2222")]
    [InlineData("plain", "22706c61696e22")]
    [InlineData("\"quoted\" back\\slash", "225c2271756f7465645c22206261636b5c5c736c61736822")]
    [InlineData("tab\tnew\nline\rreturn\b\f", "227461625c746e65775c6e6c696e655c7272657475726e5c625c6622")]
    [InlineData("\u0000\u0001\u001f\u007f", "225c75303030305c75303030315c75303031667f22")]
    [InlineData("Käse Ω 中", "224bc3a4736520cea920e4b8ad22")]
    [InlineData("🥧🧃", "22f09fa5a7f09fa78322")]
    [InlineData("/ < > & ' + ", "222f203c203e20262027202b2022")]
    [InlineData("\u2028\u2029", "22e280a8e280a922")]
    public void Text_has_the_bytes_another_implementation_gives_it(string text, string hex)
    {
        var output = new ArrayBufferWriter<byte>();

        CanonicalJson.Write(output, text);

        Assert.Equal(hex, Convert.ToHexStringLower(output.WrittenSpan));
    }

    [Fact]
    public void An_object_has_its_keys_in_ordinal_order_and_no_white_space()
    {
        var details = Details.None.With("b", 1L).With("a", [1L, (object[])["x", long.MinValue], true])
            .With("B", long.MaxValue).With("ä", "").With("nothing", (string?)null).Mark("unset", false);

        Assert.Equal("""{"B":9223372036854775807,"a":[1,["x",-9223372036854775808],true],"b":1,"ä":""}""", Written(details));
    }

    [Fact]
    [Trait("Accepts", "S2-27")]
    public void A_fraction_has_no_form()
    {
        Assert.Throws<InvalidOperationException>(() => Written(Details.None.With("price", [1.15m])));
        Assert.Throws<InvalidOperationException>(() => Written(Details.None.With("price", [1.15])));
    }

    [Fact]
    public void Whatever_text_is_written_is_read_back_and_only_what_must_be_is_escaped() =>
        Prop.ForAll(Gen.Choose(0, 0x10ffff).Where(Rune.IsValid).Select(c => new Rune(c).ToString())
            .Or(Gen.Choose(0, 0x7f).Select(c => ((char)c).ToString())).ListOf(40).ToArbitrary(), runes =>
        {
            var text = string.Concat(runes);
            var json = Written(Details.None.With("text", text));
            using var read = JsonDocument.Parse(json);

            var escapes = text.Count(c => c is '"' or '\\' || c < ' ');
            return read.RootElement.GetProperty("text").GetString() == text
                && json.Count(c => c == '\\') - text.Count(c => c == '\\') == escapes;
        }).QuickCheckThrowOnFailure();

    private static string Written(Details details)
    {
        var output = new ArrayBufferWriter<byte>();
        CanonicalJson.Write(output, details.Values);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
