using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Automat.StripeSandbox.Pages;

/// <summary>A piece of a page. Everything put into it is encoded, unless it is a piece itself.</summary>
internal sealed class Html
{
    public static readonly Html Empty = new("");
    private readonly string text;

    private Html(string text) => this.text = text;

    public static Html Of(ref HtmlText piece) => new(piece.Finish());

    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.text)));

    public override string ToString() => text;
}

/// <summary>Lets <see cref="Html.Of"/> take an interpolated string and encode what is put in.</summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlText(int literalLength, int formattedCount)
{
    private readonly StringBuilder text = new(literalLength + 16 * formattedCount);

    public void AppendLiteral(string literal) => text.Append(literal);

    public void AppendFormatted(Html piece) => text.Append(piece);

    public void AppendFormatted<T>(T value) =>
        text.Append(HtmlEncoder.Default.Encode(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));

    internal string Finish() => text.ToString();
}
