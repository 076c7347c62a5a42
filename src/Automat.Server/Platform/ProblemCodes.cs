namespace Automat.Server.Platform;

/// <summary>For answers that do not travel over HTTP and still say how serious they are.</summary>
public static class ProblemCodes
{
    /// <summary>The HTTP status a broken rule of this code is answered with.</summary>
    public static int StatusOf(string code) => ProblemStatuses.Of(code);
}
