using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Automat.Domain;
using Npgsql;

namespace Automat.Server.Ledger;

/// <summary>
/// Streams an organisation's entries in chain order: one task reads ahead from the database, the caller's looks at
/// rows. Memory stays the same however long the ledger is.
/// </summary>
internal sealed class EntryStream
{
    // "PGCOPY\n\377\r\n\0", flags and the length of an extension, which PostgreSQL leaves empty.
    private const int HeaderSize = 19;
    private const int ReadAhead = 4 << 20;
    private const int Block = 256 << 10;

    private readonly Pipe pipe = new(new PipeOptions(
        pauseWriterThreshold: ReadAhead, resumeWriterThreshold: ReadAhead / 2, minimumSegmentSize: Block,
        useSynchronizationContext: false));

    private readonly int[] starts = new int[Together];
    private byte[] scratch = [];

    /// <summary>Rows are handed over so many at a time, at the most.</summary>
    public const int Together = Sha256Lanes.Lanes;

    /// <summary>Looks at rows; false ends the reading.</summary>
    /// <param name="rows">The buffer they lie in.</param>
    /// <param name="starts">Where each of them begins.</param>
    public delegate bool RowsAction(ReadOnlySpan<byte> rows, ReadOnlySpan<int> starts);

    /// <summary>Hands over every row from a number on. Once ended early, the transaction is of no more use.</summary>
    /// <param name="connection">Open, in the transaction whose snapshot is read.</param>
    /// <param name="organization">Whose entries.</param>
    /// <param name="from">The first number; lower ones are read only when this is 1, where none may be lower.</param>
    /// <param name="each">Is given the rows, in order.</param>
    /// <param name="pause">Is awaited after every block of rows.</param>
    /// <param name="ct">Ends it early.</param>
    public static async Task ReadAsync(
        NpgsqlConnection connection, Id<Organization> organization, long from, RowsAction each, Func<ValueTask> pause,
        CancellationToken ct)
    {
        var lowest = from == 1 ? long.MinValue : from;
        await using var copy = await connection.BeginRawBinaryCopyAsync(
            $"copy (select {EntryRow.Selected} from ledger_entries where organization_id = '{organization}' "
                + $"and sequence >= {lowest} order by sequence) to stdout (format binary)", ct);
        var stream = new EntryStream();
        var filling = stream.FillAsync(copy, ct);
        var whole = false;
        try
        {
            whole = await stream.DrainAsync(each, pause, ct);
        }
        finally
        {
            await stream.pipe.Reader.CompleteAsync();
            await filling;
            // Without this the rest of the ledger would still be sent.
            if (!whole) await copy.CancelAsync();
        }
    }

    private async Task FillAsync(NpgsqlRawCopyStream copy, CancellationToken ct)
    {
        // Away from the caller's thread: reading and looking are to overlap.
        await Task.Yield();
        Exception? failure = null;
        try
        {
            while (true)
            {
                var memory = pipe.Writer.GetMemory(Block);
                var filled = 0;
                int read;
                do
                {
                    read = await copy.ReadAsync(memory[filled..], ct);
                    filled += read;
                }
                while (read > 0 && filled < memory.Length);

                pipe.Writer.Advance(filled);
                if (read == 0 || (await pipe.Writer.FlushAsync(ct)).IsCompleted) break;
            }
        }
        catch (Exception error) // goes to the one who drains
        {
            failure = error;
        }

        await pipe.Writer.CompleteAsync(failure);
    }

    /// <summary>Whether all rows were taken.</summary>
    private async Task<bool> DrainAsync(RowsAction each, Func<ValueTask> pause, CancellationToken ct)
    {
        var header = await pipe.Reader.ReadAtLeastAsync(HeaderSize, ct);
        pipe.Reader.AdvanceTo(header.Buffer.GetPosition(Math.Min(HeaderSize, header.Buffer.Length)));
        while (true)
        {
            var result = await pipe.Reader.ReadAsync(ct);
            var rest = result.Buffer;
            var end = Take(ref rest, each);
            pipe.Reader.AdvanceTo(rest.Start, rest.End);
            await pause();
            if (end is not End.NotYet) return end is End.Reached;
            if (result.IsCompleted) throw new InvalidDataException("The database stopped in the middle of the ledger.");
        }
    }

    /// <summary>Takes all whole rows off the buffer.</summary>
    private End Take(ref ReadOnlySequence<byte> rest, RowsAction each)
    {
        while (!rest.IsEmpty)
        {
            var first = rest.FirstSpan;
            var taken = 0;
            while (true)
            {
                var count = 0;
                while (count < Together && !IsEnd(first[taken..])
                    && EntryRow.TryRead(first[taken..], out _, out var length))
                {
                    starts[count++] = taken;
                    taken += length;
                }

                if (count > 0 && !each(first, starts.AsSpan(0, count))) return End.Wanted;
                if (IsEnd(first[taken..])) return End.Reached;
                if (count < Together) break;
            }

            rest = rest.Slice(taken);
            if (rest.IsSingleSegment) return End.NotYet;
            if (!TakeAcross(ref rest, each, out var end)) return End.NotYet;
            if (end is not End.NotYet) return end;
        }

        return End.NotYet;
    }

    /// <summary>Takes the one row that lies across blocks; false when not all of it is there.</summary>
    private bool TakeAcross(ref ReadOnlySequence<byte> rest, RowsAction each, out End end)
    {
        end = End.NotYet;
        var size = (int)Math.Min(rest.Length, rest.FirstSpan.Length + 4096);
        while (true)
        {
            if (scratch.Length < size) scratch = new byte[size];
            rest.Slice(0, size).CopyTo(scratch);
            var here = scratch.AsSpan(0, size);
            if (IsEnd(here))
            {
                end = End.Reached;
                return true;
            }

            if (EntryRow.TryRead(here, out _, out var length))
            {
                rest = rest.Slice(length);
                if (!each(here, [0])) end = End.Wanted;
                return true;
            }

            if (size == rest.Length) return false;
            size = (int)Math.Min(rest.Length, size * 2L);
        }
    }

    private static bool IsEnd(ReadOnlySpan<byte> buffer) =>
        buffer.Length >= sizeof(short) && BinaryPrimitives.ReadInt16BigEndian(buffer) == -1;

    private enum End
    {
        NotYet,
        Reached,
        Wanted,
    }
}
