namespace Automat.EmbeddedPostgres.Tests;

public sealed class StartingTests
{
    [Fact]
    public async Task A_second_start_finds_what_the_first_one_stored()
    {
        using var data = new TemporaryData();

        await using (var first = await EmbeddedCluster.StartAsync(data.Options))
            await first.AskAsync("CREATE TABLE kept AS SELECT 42 AS answer");
        await using var second = await EmbeddedCluster.StartAsync(data.Options);

        Assert.Equal("42", await second.AskAsync("SELECT answer FROM kept"));
    }
}
