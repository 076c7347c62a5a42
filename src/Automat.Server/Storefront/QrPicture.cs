using QRCoder;

namespace Automat.Server.Storefront;

/// <summary>A QR code inside a page, for what must not have an address of its own.</summary>
public static class QrPicture
{
    /// <summary>The text as a PNG that an <c>img</c> shows.</summary>
    /// <param name="text">What the code says.</param>
    /// <param name="pixels">Width of one of its squares.</param>
    public static string Of(string text, int pixels)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var picture = new PngByteQRCode(code);
        return "data:image/png;base64," + Convert.ToBase64String(picture.GetGraphic(pixels));
    }
}
