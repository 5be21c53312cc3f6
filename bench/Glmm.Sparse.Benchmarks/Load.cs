using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Glmm.Sparse.Benchmarks;

/// <summary>Connections that are kept, each of which sends its next request when the last was answered. All belong to
/// one thread over plain sockets: what asks is to cost less than what answers.</summary>
internal static class Load
{
    private const int AnswersPerCheck = 64;

    /// <summary>Asks for some time.</summary>
    /// <exception cref="InvalidOperationException">An answer was not 200, or a sampled one not the right number.
    /// </exception>
    public static LoadResult Run(int port, LoadRequest[] requests, int connections, TimeSpan time)
    {
        Connection[] all = [.. Enumerable.Range(0, connections).Select(at => new Connection(port, requests, at))];
        Dictionary<Socket, Connection> bySocket = all.ToDictionary(static connection => connection.Socket);
        var times = new List<double>(1 << 17);
        var ready = new List<Socket>(connections);
        try
        {
            long start = Stopwatch.GetTimestamp();
            foreach (Connection connection in all) connection.Send();
            for (int open = connections; open > 0;)
            {
                ready.Clear();
                ready.AddRange(from connection in all where connection.Waits select connection.Socket);
                Socket.Select(ready, null, null, TimeSpan.FromSeconds(30));
                if (ready.Count == 0) throw new InvalidOperationException("The server does not answer.");
                foreach (Socket socket in ready)
                {
                    Connection connection = bySocket[socket];
                    if (!connection.Receive(times)) continue;
                    if (Stopwatch.GetElapsedTime(start) < time) connection.Send();
                    else open--;
                }
            }

            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            times.Sort();
            return new LoadResult(seconds, [.. times]);
        }
        finally
        {
            foreach (Connection connection in all) connection.Socket.Dispose();
        }
    }

    private sealed class Connection
    {
        private readonly LoadRequest[] _requests;
        private readonly byte[] _buffer = new byte[1 << 17];
        private int _next;
        private int _received;
        private long _sent;

        public Connection(int port, LoadRequest[] requests, int first)
        {
            (_requests, _next) = (requests, first * 7 % requests.Length);
            Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            Socket.Connect(IPAddress.Loopback, port);
        }

        public Socket Socket { get; }

        public bool Waits { get; private set; }

        public void Send()
        {
            _next = (_next + 1) % _requests.Length;
            byte[] request = _requests[_next].Bytes;
            (_received, Waits, _sent) = (0, true, Stopwatch.GetTimestamp());
            int sent = 0;
            while (sent < request.Length) sent += Socket.Send(request.AsSpan(sent));
        }

        /// <summary>Takes what has come.</summary>
        /// <returns>Whether the answer is complete.</returns>
        public bool Receive(List<double> times)
        {
            int read = Socket.Receive(_buffer.AsSpan(_received));
            if (read == 0) throw new InvalidOperationException("The server ended a connection.");
            _received += read;
            ReadOnlySpan<byte> answer = _buffer.AsSpan(0, _received);
            if (!IsComplete(answer)) return false;
            times.Add(Stopwatch.GetElapsedTime(_sent).TotalSeconds);
            Waits = false;
            if (!answer.StartsWith("HTTP/1.1 200 "u8))
                throw new InvalidOperationException($"Not 200: {Encoding.UTF8.GetString(answer)}");
            if (times.Count % AnswersPerCheck == 0) _requests[_next].Check(answer);
            return true;
        }

        private static bool IsComplete(ReadOnlySpan<byte> answer)
        {
            int end = answer.IndexOf("\r\n\r\n"u8);
            if (end < 0) return false;
            ReadOnlySpan<byte> length = "Content-Length: "u8;
            int at = answer[..end].IndexOf(length);
            if (at < 0) return answer.EndsWith("\r\n0\r\n\r\n"u8);
            return Utf8Parser.TryParse(answer[(at + length.Length)..], out int bytes, out _)
                && answer.Length == end + 4 + bytes;
        }
    }
}
