using System.Text;
using Automat.Domain;
using Automat.Server.Machines;
using Automat.Server.Platform;
using QRCoder;

namespace Automat.Server.Counter;

/// <summary>The code to print on a machine: it opens the machine's page.</summary>
internal static class Qr
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/m/{machine}/qr.svg", SvgAsync).IsPublic("the code printed on a machine").WithName("QrSvg");
        routes.MapGet("/m/{machine}/qr.png", PngAsync).IsPublic("the code printed on a machine").WithName("QrPng");
    }

    private static async Task<IResult> SvgAsync(
        string machine, HttpRequest request, MachineDirectory machines, PublicAddress address, CancellationToken ct)
    {
        using var code = await CodeAsync(machine, request, machines, address, ct);
        if (code is null) return MachinePages.Missing();
        using var svg = new SvgQRCode(code);
        return Results.Bytes(Encoding.UTF8.GetBytes(svg.GetGraphic(10)), "image/svg+xml");
    }

    private static async Task<IResult> PngAsync(
        string machine, HttpRequest request, MachineDirectory machines, PublicAddress address, CancellationToken ct)
    {
        using var code = await CodeAsync(machine, request, machines, address, ct);
        if (code is null) return MachinePages.Missing();
        using var png = new PngByteQRCode(code);
        return Results.Bytes(png.GetGraphic(20), "image/png");
    }

    private static async Task<QRCodeData?> CodeAsync(
        string text, HttpRequest request, MachineDirectory machines, PublicAddress address, CancellationToken ct)
    {
        if (!MachineId.TryParse(text, out var id) || await machines.FindAsync(id, ct) is null) return null;
        using var generator = new QRCodeGenerator();
        return generator.CreateQrCode($"{address.For(request)}/m/{id}", QRCodeGenerator.ECCLevel.M);
    }
}
