namespace Automat.Architecture.Tests.Rules;

/// <summary>Fails a test with sentences instead of a difference of lists.</summary>
internal static class Breach
{
    public static void None(IEnumerable<string> breaches)
    {
        var all = breaches.ToList();
        if (all.Count > 0) Assert.Fail(string.Join(Environment.NewLine + Environment.NewLine, all));
    }
}
