using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Messages;

internal sealed class MessageTables : ITables
{
    public void Map(ModelBuilder model) => model.Entity<CustomerMessage>(message =>
    {
        message.ToTable("customer_messages");
        message.IsNotAudited("Customers write it, and it may name people; what staff do with it is noted.");
        message.HasKey(m => m.Id);
        message.Property(m => m.Id).IsId();
        message.Property(m => m.OrganizationId).IsId();
        message.Property(m => m.VendId).IsId();
        message.Property(m => m.Topic).HasDefaultValue(MessageTopic.Other);
        message.Property(m => m.State).HasDefaultValue(MessageState.New);
        message.Property(m => m.Text).HasMaxLength(KeepMessage.LongestText);
        message.Property(m => m.Email).HasMaxLength(KeepMessage.LongestEmail);
        message.Property(m => m.Language).HasMaxLength(8).HasDefaultValue("en");
        message.Property(m => m.Note).HasMaxLength(ChangeMessage.LongestNote);
        message.HasIndex(m => new { m.OrganizationId, m.ReceivedAt }); // the newest of an organisation
        message.HasIndex(m => new { m.OrganizationId, m.State, m.ReceivedAt }); // what waits for somebody
        message.HasIndex(m => new { m.OrganizationId, m.MachineId, m.ReceivedAt }); // what is said of a machine
    });
}
