using System.Diagnostics;

namespace Automat.Server.Platform;

/// <summary>The name under which the log, a problem and the audit know the same request.</summary>
public static class Traces
{
    /// <summary>The request's name.</summary>
    public static string IdOf(HttpContext http) => Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;
}
