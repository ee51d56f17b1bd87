# The settings of Request Tracker in the comparison; FOLDER and PORT are put in by the bench.
Set($rtname, 'measured');
Set($Organization, 'measured.example');
Set($WebDomain, 'localhost');
Set($WebPort, PORT);
Set($DatabaseType, 'Pg');
Set($DatabaseHost, 'FOLDER/pg');
Set($DatabasePort, 5432);
Set($DatabaseName, 'rt');
Set($DatabaseUser, 'otklik');
Set($DatabasePassword, '');
Set($MailCommand, 'testfile');
Set($ShowHistory, 'always');
Set(%FullTextSearch, Enable => 1, Indexed => 1, Column => 'ContentIndex',
    Table => 'AttachmentsIndex');
Set($LogToSyslog, undef);
Set($LogToSTDERR, 'error');
1;
