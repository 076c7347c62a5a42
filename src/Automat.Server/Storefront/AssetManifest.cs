using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Automat.Server.Storefront;

/// <summary>What one entry point needs on a page; addresses are absolute paths on our own origin.</summary>
/// <param name="Script">The module script.</param>
/// <param name="Styles">The style sheets, in order.</param>
/// <param name="Fonts">Fonts worth fetching early.</param>
public sealed record PageAssets(string Script, IReadOnlyList<string> Styles, IReadOnlyList<string> Fonts)
{
    /// <summary>Scripts that the module script cannot do without.</summary>
    public IReadOnlyList<string> Imports { get; init; } = [];
}

/// <summary>Tells under which hashed names the build left the pages' scripts, styles and fonts.</summary>
public sealed class AssetManifest
{
    private readonly FrozenDictionary<string, PageAssets> _entries;

    private AssetManifest(FrozenDictionary<string, PageAssets> entries) => _entries = entries;

    /// <summary>Reads what Vite wrote.</summary>
    /// <param name="webRoot">The folder that holds <c>assets/manifest.json</c>.</param>
    /// <exception cref="InvalidOperationException">The assets were not built.</exception>
    public static AssetManifest Load(string webRoot)
    {
        var path = Path.Combine(webRoot, "assets", "manifest.json");
        if (!File.Exists(path))
            throw new InvalidOperationException(
                $"The pages' assets are missing ({path}). Build the server with Node.js installed and without BuildAssets=false.");

        using var file = File.OpenRead(path);
        var chunks = JsonSerializer.Deserialize<Dictionary<string, Chunk>>(file)!;
        return new AssetManifest(chunks.Values.Where(chunk => chunk.IsEntry).ToFrozenDictionary(
            chunk => chunk.Name,
            chunk => new PageAssets(
                Address(chunk.File),
                [.. chunk.Styles.Select(Address)],
                [.. chunk.Assets.Where(name => name.EndsWith(".woff2", StringComparison.Ordinal)).Select(Address)])
            {
                Imports = [.. chunk.Imports.Where(chunks.ContainsKey).Select(name => Address(chunks[name].File))],
            },
            StringComparer.Ordinal));
    }

    /// <summary>What the pages of an entry point must link.</summary>
    /// <param name="entry"><c>storefront</c> or <c>panel</c>.</param>
    /// <exception cref="KeyNotFoundException">The build knows no such entry point.</exception>
    public PageAssets this[string entry] => _entries[entry];

    private static string Address(string file) => "/assets/" + file;

    private sealed record Chunk(
        [property: JsonPropertyName("file")] string File,
        [property: JsonPropertyName("name")] string Name = "",
        [property: JsonPropertyName("isEntry")] bool IsEntry = false)
    {
        [JsonPropertyName("css")]
        public IReadOnlyList<string> Styles { get; init; } = [];

        [JsonPropertyName("imports")]
        public IReadOnlyList<string> Imports { get; init; } = [];

        [JsonPropertyName("assets")]
        public IReadOnlyList<string> Assets { get; init; } = [];
    }
}
