namespace Automat.EmbeddedPostgres;

/// <summary>One server per data folder. The kernel drops the lock with the process, however it ends.</summary>
internal sealed class ClusterLock : IDisposable
{
    private readonly FileStream _file;

    private ClusterLock(FileStream file) => _file = file;

    public static ClusterLock Take(ClusterFolder folder)
    {
        try
        {
            Directory.CreateDirectory(folder.Root);
            return new(new FileStream(folder.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new EmbeddedClusterException($"The data folder {folder.Root} cannot be written: {e.Message}", e);
        }
        catch (IOException e) when (File.Exists(folder.LockFile))
        {
            throw new EmbeddedClusterException(
                $"Another server is already using the data folder {folder.Root}; stop it or choose another folder.", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
