using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using TypeDefinition = Mono.Cecil.TypeDefinition;

namespace Automat.Architecture.Tests.Reading;

/// <summary>Tells from a portable PDB in which files a type is written.</summary>
internal sealed class SourceFiles : IDisposable
{
    // "Type Definition Documents": the files of types that have no code, such as interfaces and enums.
    private static readonly Guid TypeDocuments = new("932E74BC-DBA9-4478-8D46-0F32A7BAB3D3");

    private readonly MetadataReaderProvider provider;
    private readonly MetadataReader pdb;
    private readonly string root;
    private readonly string folder;

    /// <summary>Opens the PDB of an assembly.</summary>
    /// <param name="assembly">The assembly's path; its PDB lies beside it.</param>
    /// <param name="root">The root of the repository.</param>
    /// <param name="folder">The project's folder, relative to the root; files elsewhere are generated and not counted.</param>
    public SourceFiles(string assembly, string root, string folder)
    {
        provider = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(Path.ChangeExtension(assembly, ".pdb")));
        pdb = provider.GetMetadataReader();
        this.root = root.Replace('\\', '/').TrimEnd('/') + "/";
        this.folder = folder + "/";
    }

    public IEnumerable<string> Of(TypeDefinition type) =>
        DocumentsOf(type).Select(Relative).OfType<string>();

    public void Dispose() => provider.Dispose();

    private IEnumerable<string> DocumentsOf(TypeDefinition type)
    {
        var handle = MetadataTokens.TypeDefinitionHandle((int)type.MetadataToken.RID);
        foreach (var information in pdb.GetCustomDebugInformation(handle).Select(pdb.GetCustomDebugInformation))
        {
            if (pdb.GetGuid(information.Kind) != TypeDocuments) continue;
            var blob = pdb.GetBlobReader(information.Value);
            while (blob.RemainingBytes > 0) yield return Name(MetadataTokens.DocumentHandle(blob.ReadCompressedInteger()));
        }

        foreach (var method in type.Methods)
        {
            var debug = pdb.GetMethodDebugInformation(
                MetadataTokens.MethodDebugInformationHandle((int)method.MetadataToken.RID));
            foreach (var point in debug.GetSequencePoints())
                if (!point.IsHidden) yield return Name(point.Document);
        }
    }

    private string Name(DocumentHandle document) => pdb.GetString(pdb.GetDocument(document).Name).Replace('\\', '/');

    private string? Relative(string path)
    {
        // "/_/" is what a deterministic CI build writes for the root.
        var relative = path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..]
            : path.StartsWith("/_/", StringComparison.Ordinal) ? path[3..]
            : "";
        return relative.StartsWith(folder, StringComparison.Ordinal) ? relative : null;
    }
}
