using System.Text;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace Automat.Server.Platform;

/// <summary>
/// Reads settings from a <c>.env</c> file: <c>KEY=value</c> lines, with <c>__</c> between the parts of a name as in
/// environment variables, which win over the file.
/// </summary>
/// <remarks>
/// Blank lines and lines that begin with # are skipped; <c>export</c> before a name is allowed. An unquoted value ends
/// before a blank and #. Single quotes keep everything; double quotes know \n, \r, \t, \", \$ and \\. Both may span
/// lines. Nothing is expanded.
/// </remarks>
internal static class DotEnv
{
    private const int MaxBytes = 256 * 1024;

    /// <summary>Adds the file just below the environment variables; a file that does not exist adds nothing.</summary>
    /// <exception cref="FormatException">A line cannot be read; the message names the line and never a
    /// value.</exception>
    public static void AddDotEnv(this IConfigurationBuilder configuration, string path)
    {
        if (!File.Exists(path)) return;
        if (new FileInfo(path).Length > MaxBytes)
            throw new FormatException($"{path} is larger than {MaxBytes / 1024} KiB.");

        var source = new DotEnvSource(Parse(File.ReadAllText(path), Path.GetFileName(path)));
        var sources = configuration.Sources;
        for (var i = 0; i < sources.Count; i++)
        {
            if (sources[i] is EnvironmentVariablesConfigurationSource { Prefix: null or "" })
            {
                sources.Insert(i, source);
                return;
            }
        }

        configuration.Add(source);
    }

    /// <summary>The settings in this text, names as configuration writes them; the last of a name wins.</summary>
    public static IReadOnlyDictionary<string, string> Parse(string text, string file = ".env")
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var rest = new Rest(text.TrimStart('\uFEFF').ReplaceLineEndings("\n"), file);
        while (rest.TryLine())
        {
            var (name, value) = rest.Setting();
            settings[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        }

        return settings;
    }

    private sealed class DotEnvSource(IReadOnlyDictionary<string, string> settings) : IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(settings);

        private sealed class Provider(IReadOnlyDictionary<string, string> settings) : ConfigurationProvider
        {
            public override void Load() => Data = settings.ToDictionary(
                s => s.Key, string? (s) => s.Value, StringComparer.OrdinalIgnoreCase);
        }
    }

    /// <summary>What is still to be read, and where that is.</summary>
    private sealed class Rest(string text, string file)
    {
        private int _at;

        private int Line => 1 + text.AsSpan(0, Math.Min(_at, text.Length)).Count('\n');

        /// <summary>Goes to the next line that says something.</summary>
        public bool TryLine()
        {
            while (_at < text.Length)
            {
                while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
                if (_at == text.Length) return false;
                if (text[_at] != '#') return true;
                _at = EndOfLine();
            }

            return false;
        }

        public (string Name, string Value) Setting()
        {
            var end = EndOfLine();
            var equals = text.IndexOf('=', _at, end - _at);
            if (equals < 0) throw Wrong("has no \"=\"");

            var name = text[_at..equals].Trim();
            if (name.StartsWith("export ", StringComparison.Ordinal)) name = name["export ".Length..].TrimStart();
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or ':' or '-'))
                throw Wrong("has a name that is not letters, digits and _");

            _at = equals + 1;
            while (_at < end && text[_at] is ' ' or '\t') _at++;
            var value = _at < text.Length && text[_at] is '"' or '\'' ? Quoted(text[_at]) : Bare(end);
            return (name, value);
        }

        private string Bare(int end)
        {
            var value = text[_at..end];
            for (var i = 0; i < value.Length; i++)
            {
                if (value[i] == '#' && (i == 0 || value[i - 1] is ' ' or '\t'))
                {
                    value = value[..i];
                    break;
                }
            }

            _at = end;
            return value.Trim();
        }

        private string Quoted(char quote)
        {
            var opened = Wrong("opens a quote that is never closed");
            var value = new StringBuilder();
            for (_at++; _at < text.Length && text[_at] != quote; _at++)
            {
                if (quote == '"' && text[_at] == '\\' && _at + 1 < text.Length) value.Append(Escaped(text[++_at]));
                else value.Append(text[_at]);
            }

            if (_at == text.Length) throw opened;
            _at++;
            var after = text[_at..EndOfLine()].TrimStart();
            if (after.Length > 0 && after[0] != '#') throw Wrong("goes on after the closing quote");
            _at = EndOfLine();
            return value.ToString();
        }

        private string Escaped(char c) => c switch
        {
            'n' => "\n",
            'r' => "\r",
            't' => "\t",
            '"' or '\\' or '$' => c.ToString(),
            // Windows paths and the like: an unknown escape stays as it is written.
            _ => "\\" + c,
        };

        private int EndOfLine()
        {
            var end = text.IndexOf('\n', _at);
            return end < 0 ? text.Length : end;
        }

        private FormatException Wrong(string what) => new($"{file}, line {Line} {what}.");
    }
}
