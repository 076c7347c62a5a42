using System.Net;
using System.Net.Sockets;
using System.Text;
using Automat.Testing;
using Npgsql;

namespace Automat.Scenarios;

/// <summary>Mails go out through a mail server, are tried again, and forget their secrets once they are gone.</summary>
public sealed class MailTests
{
    [Fact]
    [Trait("Accepts", "S3-01")]
    public async Task A_mail_is_tried_again_and_forgotten_once_it_was_taken()
    {
        await using var server = new SmallMailServer(refuseFirst: true);
        await using var app = await TestApp.StartAsync(
            ("Automat:Smtp:Host", "127.0.0.1"), ("Automat:Smtp:Port", $"{server.Port}"), ("Automat:Smtp:StartTls", "false"),
            ("Automat:Smtp:From", "shop@example.com"));
        using var lost = new Visitor(app);

        await lost.SendAsync("/sign-in/forgot", "/sign-in/forgot", ("email", "operator@demo.automat"));

        var mail = await server.FirstMail.WaitAsync(TimeSpan.FromSeconds(90));
        Assert.Contains("From: \"Automat\" <shop@example.com>", mail, StringComparison.Ordinal);
        Assert.Contains("To: operator@demo.automat", mail, StringComparison.Ordinal);
        Assert.Contains("text/html", mail, StringComparison.Ordinal);
        var state = await TestApp.EventuallyAsync(() => StateAsync(app), s => s.StartsWith("Sent", StringComparison.Ordinal));
        Assert.Equal("Sent 2 0", state);
    }

    private static async Task<string> StateAsync(TestApp app)
    {
        await using var connection = await app.Database.SuperuserConnectionAsync();
        await using var command = new NpgsqlCommand("select status || ' ' || attempts || ' ' || length(text || html) from mails", connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Speaks as much SMTP as it takes to accept one mail, after turning one away where asked to.</summary>
    private sealed class SmallMailServer : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly TaskCompletionSource<string> mail = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource over = new();
        private readonly Task work;
        private bool refuse;

        public SmallMailServer(bool refuseFirst)
        {
            refuse = refuseFirst;
            listener.Start();
            work = WorkAsync();
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public Task<string> FirstMail => mail.Task;

        public async ValueTask DisposeAsync()
        {
            await over.CancelAsync();
            listener.Dispose();
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            over.Dispose();
        }

        private async Task WorkAsync()
        {
            while (!over.IsCancellationRequested)
            {
                using var client = await listener.AcceptTcpClientAsync(over.Token);
                try
                {
                    await TalkAsync(client.GetStream());
                }
                catch (IOException)
                {
                    // The client has hung up.
                }
            }
        }

        private async Task TalkAsync(NetworkStream stream)
        {
            using var reader = new StreamReader(stream, Encoding.ASCII);
            await using var writer = new StreamWriter(stream, Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 ready");
            while (await reader.ReadLineAsync(over.Token) is { } line)
            {
                switch (line.Split(' ', ':')[0].ToUpperInvariant())
                {
                    case "MAIL" when refuse:
                        refuse = false;
                        await writer.WriteLineAsync("451 later");
                        break;
                    case "DATA":
                        await writer.WriteLineAsync("354 go on");
                        var text = new StringBuilder();
                        while (await reader.ReadLineAsync(over.Token) is { } part && part != ".") text.AppendLine(part);
                        await writer.WriteLineAsync("250 taken");
                        mail.TrySetResult(text.ToString());
                        break;
                    case "QUIT":
                        await writer.WriteLineAsync("221 bye");
                        return;
                    default:
                        await writer.WriteLineAsync("250 fine");
                        break;
                }
            }
        }
    }
}
