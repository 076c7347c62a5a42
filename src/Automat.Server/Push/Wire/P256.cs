using System.Security.Cryptography;

namespace Automat.Server.Push.Wire;

/// <summary>Points of the curve P-256 as browsers send them: uncompressed, 65 bytes.</summary>
internal static class P256
{
    /// <summary>Bytes of a point.</summary>
    public const int PointLength = 65;

    private const byte Uncompressed = 4;
    private const int CoordinateLength = 32;

    /// <summary>The public half of a key.</summary>
    public static byte[] PointOf(ECParameters key) => [Uncompressed, .. key.Q.X!, .. key.Q.Y!];

    /// <summary>A point as the framework takes it.</summary>
    /// <exception cref="CryptographicException">It has another form.</exception>
    public static ECParameters ParametersOf(ReadOnlySpan<byte> point)
    {
        if (point.Length != PointLength || point[0] != Uncompressed) throw new CryptographicException("That is no point of P-256.");
        return new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = point[1..(CoordinateLength + 1)].ToArray(), Y = point[(CoordinateLength + 1)..].ToArray() },
        };
    }

    /// <summary>Whether these bytes are a point, and one of the curve.</summary>
    public static bool IsPoint(ReadOnlySpan<byte> point)
    {
        try
        {
            using var key = ECDiffieHellman.Create(ParametersOf(point));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
