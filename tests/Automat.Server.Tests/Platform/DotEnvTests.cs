using Automat.Server.Platform;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace Automat.Server.Tests.Platform;

/// <summary>Settings from a file.</summary>
[Trait("Accepts", "S0-03")]
public sealed class DotEnvTests
{
    [Theory]
    [InlineData("A=1", "A", "1")]
    [InlineData("A=", "A", "")]
    [InlineData("  A = b c  ", "A", "b c")]
    [InlineData("export A=1", "A", "1")]
    [InlineData("Stripe__SecretKey=sk_test_1", "Stripe:SecretKey", "sk_test_1")]
    [InlineData("ConnectionStrings__Automat=Host=x;Password=a=b", "ConnectionStrings:Automat", "Host=x;Password=a=b")]
    [InlineData("A=b # c", "A", "b")]
    [InlineData("A=b#c", "A", "b#c")]
    [InlineData("A=# c", "A", "")]
    [InlineData("A='b # \\n $c'", "A", "b # \\n $c")]
    [InlineData("A=\"b # \\n \\\"c\\\" \\\\ \\d\" # note", "A", "b # \n \"c\" \\ \\d")]
    [InlineData("A=\"one\ntwo\"\nB=2", "A", "one\ntwo")]
    [InlineData("\uFEFF# note\r\n\r\nA=1\r\n", "A", "1")]
    [InlineData("A=1\nA=2", "A", "2")]
    public void A_line_is_read(string text, string name, string value) =>
        Assert.Equal(value, DotEnv.Parse(text)[name]);

    [Theory]
    [InlineData("secret", 1)]
    [InlineData("A=1\n=secret", 2)]
    [InlineData("A=1\nA B=secret", 2)]
    [InlineData("A=\"secret", 1)]
    [InlineData("A='secret\nB=2", 1)]
    [InlineData("A='x' secret", 1)]
    public void A_line_that_cannot_be_read_is_named_and_its_value_is_not(string text, int line)
    {
        var e = Assert.Throws<FormatException>(() => DotEnv.Parse(text));

        Assert.Contains($"line {line} ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_wins_over_the_file_and_the_file_over_what_stands_below()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("dotenv").FullName, ".env");
        File.WriteAllText(file, "PATH=from-file\nLower=from-file\n");
        var configuration = new ConfigurationManager();
        configuration.Sources.Clear();
        configuration.Sources.Add(new MemoryConfigurationSource
        {
            InitialData = [new("Lower", "from-below"), new("Untouched", "from-below")],
        });
        configuration.AddEnvironmentVariables();

        configuration.AddDotEnv(file);

        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), configuration["PATH"]);
        Assert.Equal("from-file", configuration["Lower"]);
        Assert.Equal("from-below", configuration["Untouched"]);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public void Without_a_file_nothing_changes()
    {
        var configuration = new ConfigurationManager();
        var before = configuration.Sources.Count;

        configuration.AddDotEnv(Path.Combine(Path.GetTempPath(), "no", "such", ".env"));

        Assert.Equal(before, configuration.Sources.Count);
    }
}
