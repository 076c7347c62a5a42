using Microsoft.AspNetCore.Identity;

namespace Automat.Server.Customers;

/// <summary>Customers' passwords are hashed as the framework hashes those of staff.</summary>
internal static class PasswordHashes
{
    private static readonly PasswordHasher<string> Hasher = new();

    public static string Of(string password) => Hasher.HashPassword("", password);

    public static bool Match(string hash, string password) =>
        Hasher.VerifyHashedPassword("", hash, password) is not PasswordVerificationResult.Failed;
}
