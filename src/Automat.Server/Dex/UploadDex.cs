using System.Security.Claims;
using Automat.Domain;
using Automat.Protocol.Dex;
using Automat.Server.Data;
using Automat.Server.Devices;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.OpenApi;

namespace Automat.Server.Dex;

/// <summary>Audit files over HTTP: staff bring one, look at those there are, and fetch one back as it came; machines send their own.</summary>
internal static class UploadDex
{
    private const int Most = 100;

    public static void Map(IEndpointRouteBuilder machines)
    {
        machines.MapPost("", UploadAsync).AddOpenApiOperationTransformer((operation, _, _) => Bytes(operation))
            .RequirePermission(Permission.SalesWrite).WithName(nameof(UploadDex))
            .WithSummary("Bring a machine's audit file (EVA-DTS, DEX); the same file again changes nothing");
        machines.MapGet("", ListAsync).RequirePermission(Permission.SalesRead)
            .WithName("ListDex").WithSummary("A machine's audit files, newest first");
        machines.MapGet("/{id:guid}", GetAsync).RequirePermission(Permission.SalesRead)
            .WithName("GetDex").WithSummary("An audit file: what is odd in it, what was booked, prices and stock it confirms");
        machines.MapGet("/{id:guid}/file", FileAsync).RequirePermission(Permission.SalesRead)
            .WithName("GetDexFile").WithSummary("An audit file, byte for byte as it came");
    }

    /// <summary>Maps where machines send theirs, below <c>/device/v1</c>.</summary>
    public static void MapDevice(IEndpointRouteBuilder device) => device
        .MapPost("/dex", async (HttpContext http, ImportDex import, CancellationToken ct) =>
        {
            var read = DexReadView.Of(await import.RunAsync(http.Machine(), http.SignedBody(), DexSource.Device, setsStock: true, ct));
            return TypedResults.Ok(new DexTaken(read.Id, read.Outcome ?? "", read.Warnings.Count));
        })
        .AddOpenApiOperationTransformer((operation, _, _) => Bytes(operation))
        .Produces<DexTaken>().ProducesProblem(413).ProducesProblem(422)
        .WithName("DeviceDex").WithSummary("Send the machine's audit file (EVA-DTS, DEX), unchanged; again changes nothing");

    private static async Task<IResult> UploadAsync(
        string machine, bool? stock, HttpContext http, ImportDex import, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct)
    {
        var own = await db.OwnMachineAsync(caller, machine, ct);
        var file = await ReadAsync(http.Request.Body, ct);
        return TypedResults.Ok(DexReadView.Of(await import.RunAsync(own, file, DexSource.Staff, stock ?? true, ct)));
    }

    /// <summary>Reads a file, and no more of it than is allowed.</summary>
    /// <exception cref="RuleException"><c>body_too_large</c>.</exception>
    internal static async Task<byte[]> ReadAsync(Stream body, CancellationToken ct)
    {
        var buffer = new byte[ImportDex.LargestFile + 1];
        var filled = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return filled <= ImportDex.LargestFile
            ? buffer[..filled]
            : throw new RuleException("body_too_large", $"An audit file has at most {ImportDex.LargestFile} bytes.");
    }

    private static async Task<IResult> ListAsync(
        string machine, Guid? cursor, int? limit, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct)
    {
        var size = PageSize.Of(limit, Most);
        var own = await db.OwnMachineAsync(caller, machine, ct);
        var query = db.Set<DexRead>().AsNoTracking().Where(r => r.MachineId == own.Id);
        if (cursor is { } before) query = query.Where(r => (Guid)(object)r.Id < before);
        var page = await query.OrderByDescending(r => r.Id).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(new
        {
            items = page.Take(size).Select(DexReadView.Of),
            next_cursor = page.Count > size ? page[size - 1].Id.Value : (Guid?)null,
        });
    }

    private static async Task<IResult> GetAsync(string machine, Guid id, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct)
    {
        var own = await db.OwnMachineAsync(caller, machine, ct);
        var read = await FindAsync(db, own, id, ct);
        var audit = DexAuditReader.Read(read.Content);
        var slots = await db.Set<Slot>().AsNoTracking().Where(s => s.MachineId == own.Id).ToListAsync(ct);
        return TypedResults.Ok(new
        {
            read = DexReadView.Of(read),
            prices = DexPriceView.Of(audit, own.Currency, slots),
            events = audit.Events,
            outages = new { since_reset = audit.Outages.Reset, since_initialised = audit.Outages.Init },
        });
    }

    private static async Task<IResult> FileAsync(string machine, Guid id, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct)
    {
        var own = await db.OwnMachineAsync(caller, machine, ct);
        var read = await FindAsync(db, own, id, ct);
        return TypedResults.File(read.Content, "application/octet-stream", $"{own.Id}-{read.ReceivedAt.UtcDateTime:yyyyMMdd-HHmmss}.dex");
    }

    internal static async Task<DexRead> FindAsync(AutomatDb db, Machine machine, Guid id, CancellationToken ct)
    {
        var wanted = new Id<DexRead>(id);
        return await db.Set<DexRead>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == wanted && r.MachineId == machine.Id, ct)
            ?? throw new RuleException("dex_unknown", $"{machine.Name} has no such audit file.");
    }

    private static Task Bytes(OpenApiOperation operation)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { ["application/octet-stream"] = new() },
        };
        return Task.CompletedTask;
    }
}
