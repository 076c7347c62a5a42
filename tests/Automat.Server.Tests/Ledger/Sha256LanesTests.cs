using System.Security.Cryptography;
using Automat.Server.Ledger;

namespace Automat.Server.Tests.Ledger;

/// <summary>Eight messages at once hash to what the platform's SHA-256 says of each.</summary>
public sealed class Sha256LanesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(Sha256Lanes.Lanes)]
    public void Messages_of_every_length_side_by_side_hash_as_they_do_alone(int count)
    {
        var buffer = RandomNumberGenerator.GetBytes(1_000);
        for (var longest = 0; longest < 400; longest++)
        {
            // Lanes end in different blocks.
            var places = Enumerable.Range(0, count)
                .Select(lane => new Sha256Lanes.Place(lane * 7, Math.Max(longest - (lane * 37), 0))).ToArray();
            var digests = new byte[count * SHA256.HashSizeInBytes];
            var chosen = new byte[count * SHA256.HashSizeInBytes];

            Sha256Lanes.HashSideBySide(buffer, places, digests);
            Sha256Lanes.Hash(buffer, places, chosen);

            var expected = places.SelectMany(p => SHA256.HashData(buffer.AsSpan(p.Start, p.Length))).ToArray();
            Assert.Equal(expected, digests);
            Assert.Equal(expected, chosen);
        }
    }
}
