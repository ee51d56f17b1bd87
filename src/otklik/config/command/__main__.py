from otklik.config.command import main

main()
