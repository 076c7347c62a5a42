using Automat.Protocol;
using Automat.Server.Devices;
using Microsoft.Extensions.Primitives;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>Gives a machine its configuration, or says that it has the newest already.</summary>
internal static class GetDeviceConfig
{
    private static readonly StringValues AskAgain = "private, no-cache";

    /// <summary>Written by hand: this is what a fleet asks for most.</summary>
    private static async Task AnswerAsync(HttpContext http, DeviceConfigs configs, SentConfigs sent)
    {
        var document = await configs.OfAsync(http.Machine(), http.RequestAborted);
        var response = http.Response;
        response.Headers.ETag = document.Etag;
        response.Headers.CacheControl = AskAgain;
        if (Names(http.Request.Headers.IfNoneMatch, document))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        await sent.NoteAsync(http.Machine(), document, http.RequestAborted);
        response.ContentType = "application/json";
        response.ContentLength = document.Json.Length;
        await response.Body.WriteAsync(document.Json, http.RequestAborted);
    }

    public static void Map(IEndpointRouteBuilder device) => device
        .MapGet("/config", AnswerAsync).OnlyReads()
        .Produces<DeviceConfig>().Produces(StatusCodes.Status304NotModified)
        .WithName("DeviceConfig").WithSummary("A machine's configuration; 304 when the ETag it names is the newest");

    private static bool Names(StringValues etags, ConfigDocument document)
    {
        foreach (var line in etags)
        {
            if (line is null) continue;
            if (line == document.Etag || line == "*") return true;
            if (!line.Contains(',', StringComparison.Ordinal)) continue;
            if (line.Split(',').Any(one => one.Trim() == document.Etag)) return true;
        }

        return false;
    }
}
