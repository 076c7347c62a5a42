using System.Text.RegularExpressions;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>A customer with an account, in a browser of their own that knows no JavaScript.</summary>
internal sealed partial class Member(TestApp app, string email) : IDisposable
{
    public const string Password = "brass doors and warm pie";

    private readonly Shopper shopper = new(app);

    public string Email => email;

    public Visitor Browser => shopper.Browser;

    public Shopper Shopper => shopper;

    /// <summary>Comes, asks for an account, follows the mailed link and chooses a password.</summary>
    public static async Task<Member> JoinAsync(TestApp app, string email)
    {
        var member = new Member(app, email);
        await member.Browser.SendAsync("/me/register", "/me/register", ("email", email));
        var joined = await member.ChooseAsync(await member.LinkAsync());
        Assert.Equal((303, "/me/account?done=registered"), (joined.Status, joined.Location));
        return member;
    }

    /// <summary>Sends the form the mailed link leads to.</summary>
    public Task<Visitor.Answer> ChooseAsync(string link, string password = Password) => Browser.SendAsync(
        link, "/me/password", ("token", link.Split("token=")[1]), ("name", "Mia"), ("password", password));

    /// <summary>Signs in.</summary>
    public Task<Visitor.Answer> SignInAsync(string password = Password) =>
        Browser.SendAsync("/me/sign-in", "/me/sign-in", ("email", email), ("password", password));

    /// <summary>The link in the newest mail to the address.</summary>
    public async Task<string> LinkAsync() => Link().Match((await MailsAsync())[^1].Text).Value;

    /// <summary>Mails to the address, oldest first.</summary>
    public Task<List<Server.Notifications.Mail.Mail>> MailsAsync() => app.QueryAsync(db =>
        db.Set<Server.Notifications.Mail.Mail>().AsNoTracking().Where(m => m.Recipient == email).OrderBy(m => m.Id).ToListAsync());

    public void Dispose() => shopper.Dispose();

    [GeneratedRegex(@"/me/password\?token=[\w-]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
