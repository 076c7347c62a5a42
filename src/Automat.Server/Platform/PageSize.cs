namespace Automat.Server.Platform;

/// <summary>How many rows a page of a list has.</summary>
public static class PageSize
{
    private const int Usual = 50;

    /// <summary>As many as were asked for, or the usual.</summary>
    /// <param name="limit">What was asked for.</param>
    /// <param name="most">More are not shown on one page.</param>
    /// <exception cref="FieldsException"><c>query_invalid</c> with <c>limit</c>.</exception>
    public static int Of(int? limit, int most) => limit is < 1 || limit > most
        ? throw new FieldsException("query_invalid", new Dictionary<string, string> { ["limit"] = $"A page has 1 to {most}." })
        : limit ?? Usual;
}
