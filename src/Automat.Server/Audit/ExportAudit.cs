using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Automat.Domain;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Audit;

/// <summary>
/// The log as a file, oldest first, for spreadsheets (CSV) or programs (newline-delimited JSON, with all it takes to verify
/// it elsewhere). It streams: memory stays the same however long the log is. That somebody took it is an event itself.
/// </summary>
internal sealed class ExportAudit
{
    // Each holds a connection for as long as its reader takes.
    private const int AtOnce = 4;

    private const int FlushAt = 64 << 10;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private int running;

    public static void Map(IEndpointRouteBuilder audit) => audit
        .MapGet("/export", HandleAsync).WithName(nameof(ExportAudit))
        .WithSummary("The log as a file: format csv or ndjson, filtered as the list");

    private static async Task HandleAsync(
        [AsParameters] AuditQuery query, string? format, ExportAudit export, AuditReach reach, HttpContext http,
        CancellationToken ct)
    {
        var faults = query.Faults();
        if (format is not ("csv" or "ndjson")) faults["format"] = "Either csv or ndjson.";
        FieldsException.ThrowIfAny("query_invalid", faults);

        try
        {
            if (Interlocked.Increment(ref export.running) > AtOnce)
            {
                throw new RuleException("rate_limited", $"{AtOnce} exports are running at this moment; try again in a while.");
            }

            await RunAsync(query, format!, reach, http, ct);
        }
        finally
        {
            Interlocked.Decrement(ref export.running);
        }
    }

    private static async Task RunAsync(
        AuditQuery query, string format, AuditReach reach, HttpContext http, CancellationToken ct)
    {
        var (db, organization) = await reach.OpenAsync(http.User, query, ct);
        db.Note(organization, "audit.exported", "audit", format);
        await db.SaveChangesAsync(ct);

        var response = http.Response;
        response.ContentType = format == "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson";
        response.Headers.ContentDisposition = $"attachment; filename=\"audit.{format}\"";
        response.Headers.CacheControl = "no-store";
        var events = query.Of(db.Set<AuditEvent>().AsNoTracking().Where(e => e.OrganizationId == organization))
            .OrderBy(e => e.Number).AsAsyncEnumerable();
        var buffer = new ArrayBufferWriter<byte>(2 * FlushAt);
        if (format == "csv") buffer.Write(Encoding.UTF8.GetBytes(AuditCsv.Header));
        await foreach (var one in events.WithCancellation(ct))
        {
            if (format == "csv") buffer.Write(Encoding.UTF8.GetBytes(AuditCsv.Line(one)));
            else WriteJson(buffer, one);
            if (buffer.WrittenCount < FlushAt) continue;
            await response.Body.WriteAsync(buffer.WrittenMemory, ct);
            buffer.ResetWrittenCount();
        }

        await response.Body.WriteAsync(buffer.WrittenMemory, ct);
    }

    private static void WriteJson(ArrayBufferWriter<byte> output, AuditEvent one)
    {
        var record = one.Record;
        using var json = new Utf8JsonWriter(output, Json);
        json.WriteStartObject();
        json.WriteString("organization", record.Organization);
        json.WriteNumber("number", record.Number);
        json.WriteString("id", record.Id);
        json.WriteNumber("at", record.At);
        json.WriteString("actor_kind", record.ActorKind);
        json.WriteString("actor", record.Actor);
        json.WriteString("on_behalf_of", record.OnBehalfOf);
        json.WriteString("origin", record.Origin);
        json.WriteString("action", record.Action);
        json.WriteString("subject_type", record.SubjectType);
        json.WriteString("subject", record.Subject);
        json.WriteString("changes", record.Changes); // as text: its bytes are what was hashed
        json.WriteString("reason", record.Reason);
        json.WriteString("correlation_id", record.CorrelationId);
        json.WriteString("previous_hash", Convert.ToHexStringLower(one.PreviousHash ?? []));
        json.WriteString("hash", Convert.ToHexStringLower(one.Hash ?? []));
        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
    }
}

/// <summary>The log's columns as comma-separated values (RFC 4180).</summary>
internal static class AuditCsv
{
    public const string Header =
        "number,at,actor_kind,actor,on_behalf_of,origin,action,subject_type,subject,changes,reason,correlation_id,hash\r\n";

    public static string Line(AuditEvent one) => string.Join(',', new[]
    {
        one.Record.Number.ToString(CultureInfo.InvariantCulture),
        one.At.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        AuditEventView.Word(one.ActorKind), one.Actor, one.OnBehalfOf, one.Origin, one.Action, one.SubjectType, one.Subject,
        one.Changes, one.Reason, one.CorrelationId, Convert.ToHexStringLower(one.Hash ?? []),
    }.Select(Csv.Cell)) + "\r\n";
}
