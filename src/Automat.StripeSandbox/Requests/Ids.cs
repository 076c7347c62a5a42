using System.Security.Cryptography;

namespace Automat.StripeSandbox.Requests;

/// <summary>Ids and secrets in Stripe's shapes.</summary>
internal static class Ids
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string Of(string prefix) => prefix + "_1" + Letters(23);

    public static string Session() => "cs_test_a1" + Letters(56);

    public static string Letters(int count) => RandomNumberGenerator.GetString(Alphabet, count);

    public static string Customer() => "cus_" + Letters(14);

    public static string Product() => "prod_" + Letters(14);

    public static string Request() => "req_" + Letters(14);
}
