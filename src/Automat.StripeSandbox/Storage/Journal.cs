using System.Buffers;
using System.Text;

namespace Automat.StripeSandbox.Storage;

/// <summary>
/// An append-only file, one line per transaction. A line is handed to the operating system before the answer that
/// depends on it goes out, so a killed process loses nothing; lines of concurrent requests share one write.
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly Lock buffering = new();
    private readonly Lock writing = new();
    private readonly FileStream? file;
    private ArrayBufferWriter<byte> waiting = new(64 * 1024);
    private ArrayBufferWriter<byte> spare = new(64 * 1024);
    private long appended;
    private long written;
    private Exception? broken;

    private Journal(FileStream? file) => this.file = file;

    public bool IsKept => file is not null;

    /// <summary>A journal that keeps nothing.</summary>
    public static Journal InMemory() => new(null);

    /// <summary>Opens the file for one process alone; a second one gets an <see cref="IOException"/>.</summary>
    public static Journal Append(string path) =>
        new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0));

    /// <summary>The whole lines of a file; a last one cut off by a crash was never answered for and is left out.</summary>
    public static IEnumerable<byte[]> Lines(string path)
    {
        if (!File.Exists(path)) yield break;
        using var reader = new StreamReader(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16), Encoding.UTF8);
        var pending = reader.ReadLine();
        while (pending is not null)
        {
            var next = reader.ReadLine();
            if (next is not null || EndsWithNewline(path)) yield return Encoding.UTF8.GetBytes(pending);
            pending = next;
        }
    }

    /// <summary>Queues a line; returns the position to wait for with <see cref="Flush"/>.</summary>
    public long Append(ReadOnlySpan<byte> line)
    {
        if (file is null) return 0;
        lock (buffering)
        {
            waiting.Write(line);
            waiting.Write("\n"u8);
            return appended += line.Length + 1;
        }
    }

    /// <summary>Returns when everything up to the position is with the operating system.</summary>
    /// <exception cref="IOException">The file cannot be written; nothing is accepted from here on.</exception>
    public void Flush(long position)
    {
        if (file is null || Volatile.Read(ref written) >= position) return;
        lock (writing)
        {
            if (broken is not null) throw new IOException("The sandbox's data file cannot be written.", broken);
            if (written >= position) return;
            ArrayBufferWriter<byte> full;
            long end;
            lock (buffering)
            {
                (full, waiting, end) = (waiting, spare, appended);
            }
            try
            {
                file.Write(full.WrittenSpan);
            }
            catch (Exception failure)
            {
                broken = failure;
                throw;
            }
            full.ResetWrittenCount();
            spare = full;
            Volatile.Write(ref written, end);
        }
    }

    public void Dispose()
    {
        if (file is null) return;
        if (broken is null) Flush(appended);
        file.Dispose();
    }

    private static bool EndsWithNewline(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (stream.Length == 0) return true;
        stream.Seek(-1, SeekOrigin.End);
        return stream.ReadByte() == '\n';
    }
}
