using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Automat.Server.Ledger;

/// <summary>
/// SHA-256 (FIPS 180-4) of eight messages side by side, one in each lane of a vector. A ledger's messages are many,
/// short and known at once; calling the platform's SHA-256 for each costs several times the hashing itself. Where there
/// are no vectors the platform's is called.
/// </summary>
internal static class Sha256Lanes
{
    /// <summary>Messages hashed at once at the most.</summary>
    public const int Lanes = 8;

    private const int BlockSize = 64;
    private const int TailSize = 2 * BlockSize;

    private static readonly uint[] Initial =
    [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ];

    private static readonly uint[] Constants =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>Where a message lies in the buffer.</summary>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Place(int Start, int Length);

    /// <summary>Hashes messages.</summary>
    /// <param name="buffer">Holds them all.</param>
    /// <param name="messages">Where they lie, at most <see cref="Lanes"/>.</param>
    /// <param name="digests">Receives 32 bytes for each.</param>
    public static void Hash(ReadOnlySpan<byte> buffer, ReadOnlySpan<Place> messages, Span<byte> digests)
    {
        if (messages.Length > 2 && Vector256.IsHardwareAccelerated)
        {
            HashSideBySide(buffer, messages, digests);
            return;
        }

        for (var i = 0; i < messages.Length; i++)
        {
            SHA256.HashData(
                buffer.Slice(messages[i].Start, messages[i].Length), digests.Slice(i * SHA256.HashSizeInBytes));
        }
    }

    /// <summary>The same, always in lanes.</summary>
    internal static void HashSideBySide(ReadOnlySpan<byte> buffer, ReadOnlySpan<Place> messages, Span<byte> digests)
    {
        Span<byte> tails = stackalloc byte[Lanes * TailSize];
        Span<uint> blocks = stackalloc uint[Lanes];
        tails.Clear();
        blocks.Clear();
        uint most = 0;
        for (var lane = 0; lane < messages.Length; lane++)
        {
            var message = buffer.Slice(messages[lane].Start, messages[lane].Length);
            blocks[lane] = Pad(message, tails.Slice(lane * TailSize, TailSize));
            most = Math.Max(most, blocks[lane]);
        }

        Span<Vector256<uint>> state = stackalloc Vector256<uint>[8];
        for (var i = 0; i < state.Length; i++) state[i] = Vector256.Create(Initial[i]);
        Span<uint> words = stackalloc uint[16 * Lanes];
        words.Clear();
        var count = Vector256.Create<uint>(blocks);
        for (uint block = 0; block < most; block++)
        {
            for (var lane = 0; lane < messages.Length; lane++)
            {
                if (block >= blocks[lane]) continue;
                var whole = messages[lane].Length / BlockSize;
                var bytes = block < whole
                    ? buffer.Slice(messages[lane].Start + ((int)block * BlockSize), BlockSize)
                    : tails.Slice((lane * TailSize) + (((int)block - whole) * BlockSize), BlockSize);
                for (var i = 0; i < 16; i++)
                {
                    words[(i * Lanes) + lane] = BinaryPrimitives.ReadUInt32BigEndian(bytes[(i * 4)..]);
                }
            }

            // A lane whose message has ended keeps its state.
            Compress(state, words, Vector256.GreaterThan(count, Vector256.Create(block)));
        }

        for (var lane = 0; lane < messages.Length; lane++)
        {
            for (var i = 0; i < 8; i++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(
                    digests[((lane * SHA256.HashSizeInBytes) + (i * 4))..], state[i][lane]);
            }
        }
    }

    /// <summary>Writes the padded end of a message; returns how many blocks the whole message has.</summary>
    private static uint Pad(ReadOnlySpan<byte> message, Span<byte> tail)
    {
        var rest = message.Length % BlockSize;
        message[^rest..].CopyTo(tail);
        tail[rest] = 0x80;
        var size = rest < BlockSize - 8 ? BlockSize : TailSize;
        BinaryPrimitives.WriteUInt64BigEndian(tail[(size - 8)..], (ulong)message.Length * 8);
        return (uint)((message.Length / BlockSize) + (size / BlockSize));
    }

    private static void Compress(Span<Vector256<uint>> state, ReadOnlySpan<uint> words, Vector256<uint> active)
    {
        Span<Vector256<uint>> w = stackalloc Vector256<uint>[16];
        for (var i = 0; i < 16; i++) w[i] = Vector256.Create<uint>(words.Slice(i * Lanes, Lanes));
        var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        var (e, f, g, h) = (state[4], state[5], state[6], state[7]);
        for (var t = 0; t < Constants.Length; t++)
        {
            if (t >= 16)
            {
                var (early, late) = (w[(t + 1) & 15], w[(t + 14) & 15]);
                w[t & 15] += w[(t + 9) & 15]
                    + (Right(early, 7) ^ Right(early, 18) ^ (early >>> 3))
                    + (Right(late, 17) ^ Right(late, 19) ^ (late >>> 10));
            }

            var one = h + (Right(e, 6) ^ Right(e, 11) ^ Right(e, 25)) + (g ^ (e & (f ^ g)))
                + Vector256.Create(Constants[t]) + w[t & 15];
            var two = (Right(a, 2) ^ Right(a, 13) ^ Right(a, 22)) + ((a & b) | (c & (a | b)));
            (h, g, f, e) = (g, f, e, d + one);
            (d, c, b, a) = (c, b, a, one + two);
        }

        Keep(ref state[0], a, active);
        Keep(ref state[1], b, active);
        Keep(ref state[2], c, active);
        Keep(ref state[3], d, active);
        Keep(ref state[4], e, active);
        Keep(ref state[5], f, active);
        Keep(ref state[6], g, active);
        Keep(ref state[7], h, active);
    }

    private static void Keep(ref Vector256<uint> state, Vector256<uint> added, Vector256<uint> active) =>
        state += added & active;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Right(Vector256<uint> x, [ConstantExpected] byte bits) => Avx512F.VL.IsSupported
        ? Avx512F.VL.RotateRight(x, bits)
        : (x >>> bits) | (x << (32 - bits));
}
